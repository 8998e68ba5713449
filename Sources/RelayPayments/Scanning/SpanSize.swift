/// How many blocks are asked for at once: half as many whenever an endpoint finds them too many, and slowly more again.
struct SpanSize: Hashable, Sendable {
    static let greatest: Int64 = 2_000

    private(set) var blocks: Int64 = 500

    /// - Returns: false where one block was too many.
    mutating func halve() -> Bool {
        guard blocks > 1 else { return false }
        blocks /= 2
        return true
    }

    mutating func grow() { blocks = min(blocks + max(blocks / 4, 1), Self.greatest) }
}

/// The blocks that are looked at in one step, and where the cursor goes then.
struct Span: Hashable, Sendable {
    /// Blocks before the cursor that are looked at again: a node behind a balancer may have had no logs of them yet, and said so by an
    /// empty list. What is in the books already stays as it is.
    static let overlap: Int64 = 12

    let blocks: ClosedRange<Int64>
    /// The cursor afterwards.
    var end: Int64 { blocks.upperBound }

    /// - Parameters:
    ///   - cursor: everything up to it is in the books.
    ///   - floor: the last block that is none of ours, before the first scan.
    ///   - isFirst: of a look; only that one looks back.
    /// - Returns: nil where nothing new is final.
    init?(after cursor: Int64, to final: Int64, size: SpanSize, floor: Int64, isFirst: Bool) {
        guard cursor < final else { return nil }
        let end = cursor + min(size.blocks, final - cursor)
        // Where few blocks are allowed, few are looked at again.
        let back = isFirst ? min(Self.overlap, size.blocks - 1) : 0
        blocks = min(max(cursor + 1 - back, floor + 1), cursor + 1)...end
    }
}
