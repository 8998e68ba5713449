public import RelayDomain

/// The parameters of one run of a statement, in the order of their numbers: flat, and used again for the next run, so that a row of thirty
/// values costs no allocation.
public struct SQLParameters: Sendable {
    public enum Value: Sendable {
        case null
        case integer(Int64)
        /// A range of ``bytes``, in UTF-8.
        case text(Range<Int>)
        case blob(Range<Int>)
    }

    public private(set) var values: [Value] = []
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func removeAll() {
        values.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    public mutating func append(_ integer: Int64?) {
        values.append(integer.map(Value.integer) ?? .null)
    }

    public mutating func append(_ text: String?) {
        guard let text else { return values.append(.null) }
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        values.append(.text(start..<bytes.count))
    }

    public mutating func append(_ hash: KeyHash) {
        let start = bytes.count
        hash.withUnsafeBytes { bytes.append(contentsOf: $0) }
        values.append(.blob(start..<bytes.count))
    }

    public mutating func append(_ blob: [UInt8]?) {
        guard let blob else { return values.append(.null) }
        let start = bytes.count
        bytes.append(contentsOf: blob)
        values.append(.blob(start..<bytes.count))
    }

    public mutating func append(_ window: RateWindow) {
        guard !window.marks.isEmpty else { return values.append(.null) }
        let start = bytes.count
        RateWindowCoding.encode(window, to: &bytes)
        values.append(.blob(start..<bytes.count))
    }

    public mutating func append<Kind>(_ id: Identifier<Kind>) {
        let start = bytes.count
        id.write(to: &bytes)
        values.append(.text(start..<bytes.count))
    }

    public mutating func append(_ flag: Bool) { append(flag ? 1 : 0 as Int64) }
    public mutating func append(_ credits: Credits?) { append(credits?.thousandths) }
    public mutating func append(_ time: Timestamp?) { append(time?.milliseconds) }
    public mutating func append(_ month: Month) { append(month.number) }
}
