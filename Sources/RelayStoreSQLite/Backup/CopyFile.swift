import Glibc
import RelayStore

/// The file of a copy: made under a temporary name that only its owner can read, and given its own name when it is whole and durable.
///
/// A value that ends without ``publish(isReplacing:)`` takes what it made with it.
final class CopyFile {
    let path: String
    let temporaryPath: String
    private let descriptor: CInt
    private var isPublished = false

    /// How every database file begins (https://sqlite.org/fileformat.html#the_database_header).
    private static let header = Array("SQLite format 3\0".utf8)

    /// - Parameter liveFiles: what must never be replaced.
    /// - Throws: ``BackupFailure``
    init(path: String, isReplacing: Bool, liveFiles: [String]) throws {
        guard path.hasPrefix("/"), !path.hasSuffix("/"), !path.contains("\0") else {
            throw BackupFailure(.path, "A copy needs the absolute path of a file.")
        }
        self.path = path
        try Self.check(path, isReplacing: isReplacing, liveFiles: liveFiles)
        var generator = SystemRandomNumberGenerator()
        temporaryPath = path + ".partial-" + String(generator.next() as UInt32, radix: 16)
        descriptor = open(temporaryPath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.fault(.path, "No file can be made beside \(path)") }
    }

    deinit {
        if !isPublished {
            for suffix in ["", "-journal", "-wal", "-shm"] { unlink(temporaryPath + suffix) }
        }
        close(descriptor)
    }

    /// Brings what was written so far to the disk, so that it does not come there all at once, before the commits that wait behind it.
    func flush() throws {
        guard fsync(descriptor) == 0 else { throw Self.fault(.failed, "The copy could not be written") }
    }

    /// - Returns: the file's size in bytes.
    func publish(isReplacing: Bool, liveFiles: [String]) throws -> Int64 {
        try flush()
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.fault(.failed, "The copy could not be written") }
        if isReplacing {
            try Self.check(path, isReplacing: true, liveFiles: liveFiles)
            guard rename(temporaryPath, path) == 0 else { throw Self.fault(.failed, "The copy could not be given its name") }
        } else {
            try giveFreeName()
        }
        isPublished = true
        let slash = path.lastIndex(of: "/")!
        let folder = open(slash == path.startIndex ? "/" : String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.fault(.failed, "The copy is there, but its folder cannot be read") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw Self.fault(.failed, "The copy is there, but its name is perhaps not durable") }
        return Int64(status.st_size)
    }

    /// Takes the name only where nobody else has taken it meanwhile.
    private func giveFreeName() throws {
        if link(temporaryPath, path) == 0 {
            unlink(temporaryPath)
            return
        }
        guard errno != EEXIST else { throw Self.taken(path) }
        // A file system without links: what is there now decides.
        guard access(path, F_OK) != 0 else { throw Self.taken(path) }
        guard rename(temporaryPath, path) == 0 else { throw Self.fault(.failed, "The copy could not be given its name") }
    }

    private static func check(_ path: String, isReplacing: Bool, liveFiles: [String]) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw fault(.path, "\(path) cannot be written") }
            return
        }
        guard isReplacing else { throw taken(path) }
        for file in liveFiles {
            var live = stat()
            guard stat(file, &live) != 0 || live.st_ino != status.st_ino || live.st_dev != status.st_dev else {
                throw BackupFailure(.path, "\(path) belongs to the database itself.")
            }
        }
        guard status.st_mode & S_IFMT == S_IFREG, isDatabase(path) else {
            throw BackupFailure(.exists, "\(path) is there and is no copy of a database: it is not replaced.")
        }
    }

    private static func isDatabase(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: header.count)
        return read(descriptor, &bytes, bytes.count) == bytes.count && bytes == header
    }

    private static func taken(_ path: String) -> BackupFailure {
        BackupFailure(.exists, "\(path) is there already. Name another file, or replace it with --force.")
    }

    /// - Parameter text: gets the system's own words behind it.
    private static func fault(_ kind: BackupFailure.Kind, _ text: String) -> BackupFailure {
        BackupFailure(kind, "\(text): \(String(cString: strerror(errno))).")
    }
}
