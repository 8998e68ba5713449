import Crypto
import RelayConsole
import RelayDomain
import RelayStore
import RelayWire

/// Archives as the operator finds them: the API's own JSON, a line for each receipt, in gzip.
struct ReceiptCoding: ArchiveCoding {
    func line(of receipt: Receipt) -> String { ReceiptDocument.json(of: receipt) }
    func compressor() -> any ArchiveStream { Compressor() }
    func decompressor() -> any ArchiveStream { Decompressor() }
    func digest() -> any ArchiveDigest { Digest() }

    private final class Compressor: ArchiveStream {
        private let gzip = GzipCompressor()
        func feed(_ bytes: [UInt8], isLast: Bool) throws -> [UInt8] { gzip.feed(bytes, isLast: isLast) }
    }

    private final class Decompressor: ArchiveStream {
        private let gzip = GzipDecompressor()
        func feed(_ bytes: [UInt8], isLast: Bool) throws -> [UInt8] { try gzip.feed(bytes, isLast: isLast) }
    }

    private final class Digest: ArchiveDigest {
        private var hash = SHA256()
        func update(_ bytes: [UInt8]) { hash.update(data: bytes) }
        func finish() -> String { hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
    }
}
