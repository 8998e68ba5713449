/// A transfer as the seals see it: its row, in bytes that no other row has.
struct SealedTransfer {
    static let columns = "id, wallet, number, kind, debit, credit, amount, balance_after, at, note"

    let id: String
    let bytes: [UInt8]

    /// Each text as its length and its bytes, each number in eight bytes; a note that is not there has the length -1.
    init(row: any SQLRow) {
        id = row.text(0)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(192)
        for column in [0, 1, 3, 4, 5] { bytes.append(text: row.bytes(column)) }
        for column in [2, 6, 7, 8] { bytes.append(number: row.integer(column)) }
        if row.isNull(9) { bytes.append(number: -1) } else { bytes.append(text: row.bytes(9)) }
        self.bytes = bytes
    }
}

extension [UInt8] {
    /// Little-endian.
    mutating func append(number: Int64) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(text: UnsafeBufferPointer<UInt8>) {
        append(number: Int64(text.count))
        append(contentsOf: text)
    }
}
