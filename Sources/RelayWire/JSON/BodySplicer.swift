public import NIOCore

/// Changes to a document that leave every other byte as it came: ranges replaced, members inserted and removed.
///
/// Offsets count from the document's first byte. Changes may be named in any order; they must not overlap.
public struct BodySplicer {
    private struct Edit {
        var range: Range<Int>
        var text: String
    }

    private var edits: [Edit] = []

    public init() {}

    /// - Parameter text: the bytes to stand there instead, as JSON.
    public mutating func replace(_ range: Range<Int>, with text: String) {
        edits.append(Edit(range: range, text: text))
    }

    /// Inserts and removes members of one object. Commas are right afterwards, whichever members go and however many are left.
    /// - Parameters:
    ///   - inserting: whole members as JSON, `"key":value`, that the object does not have.
    ///   - removing: members of that outline.
    public mutating func change(_ object: JSONOutline, inserting: [String] = [], removing: [JSONMember] = []) {
        for chain in chains(of: removing) { edits.append(Edit(range: removal(of: chain), text: "")) }
        guard !inserting.isEmpty else { return }
        // Right behind the brace there is only one case to tell apart: whether any member follows.
        let start = object.object.lowerBound + 1
        let comma = object.memberCount > removing.count ? "," : ""
        edits.append(Edit(range: start..<start, text: inserting.joined(separator: ",") + comma))
    }

    /// The members in their order, cut wherever one that stays lies between.
    private func chains(of members: [JSONMember]) -> [[JSONMember]] {
        var chains: [[JSONMember]] = []
        for member in members.sorted(by: { $0.key.lowerBound < $1.key.lowerBound }) {
            if let comma = chains.last?.last?.commaAfter, comma == member.commaBefore {
                chains[chains.count - 1].append(member)
            } else {
                chains.append([member])
            }
        }
        return chains
    }

    /// What goes with a run of neighbours: the comma behind them, else the comma before them, else, where nothing is left, none.
    private func removal(of chain: [JSONMember]) -> Range<Int> {
        let first = chain[0]
        let last = chain[chain.count - 1]
        if let comma = last.commaAfter { return first.key.lowerBound..<comma + 1 }
        if let comma = first.commaBefore { return comma..<last.value.upperBound }
        return first.key.lowerBound..<last.value.upperBound
    }

    /// The document with all changes made.
    /// - Parameter document: its readable bytes are the document's.
    public func spliced(_ document: ByteBuffer, allocator: ByteBufferAllocator) -> ByteBuffer {
        let ordered = edits.sorted { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        let growth = ordered.reduce(0) { $0 + $1.text.utf8.count - $1.range.count }
        var result = allocator.buffer(capacity: document.readableBytes + growth)
        document.withUnsafeReadableBytes { bytes in
            var copied = 0
            for edit in ordered {
                result.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[copied..<edit.range.lowerBound]))
                result.writeString(edit.text)
                copied = edit.range.upperBound
            }
            result.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[copied...]))
        }
        return result
    }
}
