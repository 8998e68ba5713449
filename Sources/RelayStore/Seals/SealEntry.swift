import RelayDomain

/// A transfer in a seal's list. Its mark tells which of a seal's transfers was altered, where the seal's hash tells that one was.
struct SealEntry: Hashable {
    static let markBytes = 8

    let id: String
    /// The first bytes of a keyed hash of the transfer's row.
    let mark: [UInt8]

    static func mark(of transfer: SealedTransfer, _ code: MessageCode) -> [UInt8] { Array(code(transfer.bytes).prefix(markBytes)) }
}

/// The list of a seal in its column: for each transfer a byte for the form of its id, the id and the mark. Ids that are derived from a
/// request or an order are 16 bytes; any other is its length and its text.
enum SealEntryCoding {
    private static let settled: UInt8 = 1
    private static let absorbed: UInt8 = 2
    private static let credited: UInt8 = 3
    private static let other: UInt8 = 0
    private static let textLimit = 0xFFFF

    static func encode(_ entries: [SealEntry]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.count * 25)
        for entry in entries {
            let parts = entry.id.split(separator: ":", omittingEmptySubsequences: false)
            if parts.count == 2, parts[1] == "settle", let request = RequestID(String(parts[0])) {
                append(settled, request, to: &bytes)
            } else if parts.count == 2, parts[1] == "absorbed", let request = RequestID(String(parts[0])) {
                append(absorbed, request, to: &bytes)
            } else if parts.count == 2, parts[1] == "credit", let order = OrderID(String(parts[0])) {
                append(credited, order, to: &bytes)
            } else {
                let text = entry.id.utf8.prefix(textLimit)
                bytes += [other, UInt8(text.count & 0xFF), UInt8(text.count >> 8)]
                bytes += text
            }
            bytes += entry.mark
        }
        return bytes
    }

    /// - Throws: ``StoreFailure`` for what ``encode(_:)`` does not write.
    static func decode(_ bytes: [UInt8]) throws -> [SealEntry] {
        var rest = bytes[...]
        var entries: [SealEntry] = []
        while let form = rest.popFirst() {
            let id: String
            switch form {
            case settled: id = "\(try identifier(&rest, RequestKind.self)):settle"
            case absorbed: id = "\(try identifier(&rest, RequestKind.self)):absorbed"
            case credited: id = "\(try identifier(&rest, OrderKind.self)):credit"
            case other:
                let length = try take(2, of: &rest).reversed().reduce(0) { $0 << 8 | Int($1) }
                id = String(decoding: try take(length, of: &rest), as: UTF8.self)
            default: throw corrupt
            }
            entries.append(SealEntry(id: id, mark: Array(try take(SealEntry.markBytes, of: &rest))))
        }
        return entries
    }

    private static let corrupt = StoreFailure(.corrupt, "no list of a seal")

    private static func append<Kind>(_ form: UInt8, _ id: Identifier<Kind>, to bytes: inout [UInt8]) {
        bytes.append(form)
        bytes.append(number: Int64(bitPattern: id.high))
        bytes.append(number: Int64(bitPattern: id.low))
    }

    private static func identifier<Kind>(_ rest: inout ArraySlice<UInt8>, _ kind: Kind.Type) throws -> Identifier<Kind> {
        func number() throws -> UInt64 { try take(8, of: &rest).reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        let high = try number()
        return Identifier<Kind>(high: high, low: try number())
    }

    private static func take(_ count: Int, of rest: inout ArraySlice<UInt8>) throws -> ArraySlice<UInt8> {
        guard rest.count >= count else { throw corrupt }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
