import RelayDomain
import RelayStore

/// Archives as plain text, with a digest that is good enough for a test.
struct PlainCoding: ArchiveCoding {
    func line(of receipt: Receipt) -> String {
        """
        \(ArchiveFolder.lineStart)\(receipt.hold.request)","account":"\(receipt.hold.account)","charged":\(receipt.charged),\
        "milliseconds":\(receipt.facts.milliseconds)}
        """
    }

    func compressor() -> any ArchiveStream { Copy() }
    func decompressor() -> any ArchiveStream { Copy() }
    func digest() -> any ArchiveDigest { Sum() }

    private final class Copy: ArchiveStream {
        func feed(_ bytes: [UInt8], isLast: Bool) -> [UInt8] { bytes }
    }

    private final class Sum: ArchiveDigest {
        private var state: UInt64 = 0xCBF2_9CE4_8422_2325
        func update(_ bytes: [UInt8]) { for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 } }
        func finish() -> String { String(state, radix: 16) }
    }
}
