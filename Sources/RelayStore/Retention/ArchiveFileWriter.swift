import Glibc
import RelayDomain

/// Writes one archive under its temporary name.
final class ArchiveFileWriter {
    let temporaryName: String
    private let path: String
    private let coding: any ArchiveCoding
    private let descriptor: CInt
    private let compressor: any ArchiveStream
    private let digest: any ArchiveDigest
    private var bytes: Int64 = 0
    private var receipts: Int64 = 0
    private(set) var charged = Credits.zero

    init(in folder: ArchiveFolder, temporaryName: String) throws {
        self.temporaryName = temporaryName
        path = folder.path + "/" + temporaryName
        coding = folder.coding
        compressor = coding.compressor()
        digest = coding.digest()
        // Only this node writes under its own epoch: what is there is its own, from a try before.
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw RetentionFailure.system("\(path) cannot be written", errno) }
    }

    deinit { close(descriptor) }

    func add(_ page: [Receipt]) throws {
        var text: [UInt8] = []
        for receipt in page {
            text.append(contentsOf: coding.line(of: receipt).utf8)
            text.append(UInt8(ascii: "\n"))
            charged += receipt.charged
        }
        receipts += Int64(page.count)
        try write(try compressor.feed(text, isLast: false))
    }

    /// - Returns: what is on the disk now, durably.
    func finish() throws -> ArchiveFolder.Contents {
        try write(try compressor.feed([], isLast: true))
        guard fsync(descriptor) == 0 else { throw RetentionFailure.system("\(path) cannot be written", errno) }
        return ArchiveFolder.Contents(bytes: bytes, sha256: digest.finish(), receipts: receipts)
    }

    /// Nothing of it is wanted.
    func discard() { unlink(path) }

    private func write(_ piece: [UInt8]) throws {
        var rest = piece[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw RetentionFailure.system("\(path) cannot be written", errno) }
            rest = rest.dropFirst(count)
        }
        digest.update(piece)
        bytes += Int64(piece.count)
    }
}
