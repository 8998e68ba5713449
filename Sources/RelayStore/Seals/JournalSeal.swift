/// A link of the journal's chain: which transfers it covers, and a keyed hash over them and over the seal before it.
struct JournalSeal {
    /// Counted from 1, without a gap.
    let number: Int64
    let entries: [SealEntry]
    let hash: [UInt8]

    /// - Parameter previous: the hash of the seal before; nil for the first.
    init(number: Int64, after previous: [UInt8]?, over transfers: [SealedTransfer], code: MessageCode) {
        self.number = number
        entries = transfers.map { SealEntry(id: $0.id, mark: SealEntry.mark(of: $0, code)) }
        hash = Self.hash(number: number, after: previous, over: transfers, marks: entries.map(\.mark), code: code)
    }

    /// The code of the hash before, the number, and each transfer's row and mark in order.
    static func hash(
        number: Int64, after previous: [UInt8]?, over transfers: [SealedTransfer], marks: [[UInt8]], code: MessageCode
    ) -> [UInt8] {
        var message = previous ?? []
        message.reserveCapacity(64 + transfers.count * 256)
        message.append(number: number)
        for (transfer, mark) in zip(transfers, marks) {
            message += transfer.bytes
            message += mark
        }
        return code(message)
    }
}
