import Glibc
import RelayDomain

/// The folder of the archives: a file for each day, `receipts-2026-11-23.ndjson.gz`, written once and never changed.
///
/// A file appears under its name when it is whole and durable. A name that is taken stays with the file that has it: who comes with the
/// same bytes finds the work done, who comes with others takes the next name.
public struct ArchiveFolder: Sendable {
    /// How every line begins; the request's id follows, and a quotation mark.
    public static let lineStart = #"{"id":""#

    /// What a file was found to be, or was written as.
    public struct Contents: Hashable, Sendable {
        public let bytes: Int64
        public let sha256: String
        public let receipts: Int64
    }

    /// Names that are tried for one day.
    private static let nameLimit = 1_000
    static let pieceBytes = 64 << 10

    let path: String
    let coding: any ArchiveCoding

    /// - Parameter path: absolute. All nodes that archive must have the same folder there.
    public init(path: String, coding: any ArchiveCoding) {
        self.path = path
        self.coding = coding
    }

    /// Makes the folder where it is not there, for its owner alone.
    /// - Throws: ``RetentionFailure``
    public func prepare() throws {
        var status = stat()
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw RetentionFailure.system("\(path) cannot be made", errno) }
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw RetentionFailure("\(path) is no folder") }
        guard access(path, W_OK | X_OK) == 0 else { throw RetentionFailure.system("\(path) cannot be written", errno) }
    }

    /// - Parameter number: 1 for the first file of a day.
    public static func name(day: Int64, number: Int64) -> String {
        "receipts-\(Timestamp(day: day).dayText)\(number == 1 ? "" : ".\(number)").ndjson.gz"
    }

    /// Where a node writes a file before it is whole.
    static func temporaryName(day: Int64, epoch: Int64) -> String { ".\(name(day: day, number: 1)).\(epoch).partial" }

    /// What a node that is gone was writing.
    func removeTemporary(day: Int64, epoch: Int64) {
        unlink(path + "/" + Self.temporaryName(day: day, epoch: epoch))
    }

    /// Gives a file that is durable its name.
    /// - Parameter number: the first that is tried.
    /// - Returns: the name, durable too.
    func publish(_ temporaryName: String, _ contents: Contents, day: Int64, number: Int64) throws -> String {
        let temporary = path + "/" + temporaryName
        defer { unlink(temporary) }
        for number in number..<number + Int64(Self.nameLimit) {
            let name = Self.name(day: day, number: number)
            if link(temporary, path + "/" + name) != 0 {
                let code = errno
                if code == EEXIST {
                    // Written before, by a process that died before it could say so.
                    guard try sha256(of: name) == contents.sha256 else { continue }
                } else {
                    try rename(temporary, name, code)
                }
            }
            try flushFolder()
            return name
        }
        throw RetentionFailure("\(path) has \(Self.nameLimit) other archives of \(Timestamp(day: day).dayText)")
    }

    /// For file systems without links: what is there now decides.
    private func rename(_ temporary: String, _ name: String, _ code: Int32) throws {
        guard code == EPERM || code == EOPNOTSUPP || code == EMLINK, access(path + "/" + name, F_OK) != 0 else {
            throw RetentionFailure.system("\(path)/\(name) cannot be made", code)
        }
        guard Glibc.rename(temporary, path + "/" + name) == 0 else {
            throw RetentionFailure.system("\(path)/\(name) cannot be made", errno)
        }
    }

    private func flushFolder() throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw RetentionFailure.system("\(path) cannot be read", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw RetentionFailure.system("\(path) cannot be made durable", errno) }
    }

    private func sha256(of name: String) throws -> String {
        let input = try ArchiveInput(path: path + "/" + name)
        let digest = coding.digest()
        while case let piece = try input.read(Self.pieceBytes), !piece.isEmpty { digest.update(piece) }
        return digest.finish()
    }

    /// Reads a file from its first byte to its last.
    /// - Throws: ``RetentionFailure`` where it is not there or not whole.
    func inspect(_ name: String) throws -> Contents {
        let digest = coding.digest()
        let reader = try ArchiveFileReader(path: path + "/" + name, coding: coding, digest: digest)
        var receipts: Int64 = 0
        while case let ids = try reader.next(1_000), !ids.isEmpty { receipts += Int64(ids.count) }
        return Contents(bytes: reader.bytes, sha256: digest.finish(), receipts: receipts)
    }

    /// The requests whose receipts a file holds, in its order.
    func requests(in name: String) throws -> ArchiveFileReader {
        try ArchiveFileReader(path: path + "/" + name, coding: coding, digest: nil)
    }
}
