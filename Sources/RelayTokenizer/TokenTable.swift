/// A token of the vocabulary, by its rank.
typealias Token = UInt32

/// The vocabulary in the form that `scripts/tokenizer-table` writes, read-only and shared by all threads.
///
/// Little-endian 32-bit words:
///
/// | words | what |
/// |---|---|
/// | 8 | magic, version, tokens, nodes, slot bits, checksum, 0, 0 |
/// | 3 a node | a double-array trie over bytes: base, check, token (or none). The child of node n for byte c is base + c, if its check is n |
/// | 1 a token | the longest other token that it begins with, or none |
/// | 1 a token | its length in bytes |
/// | 2 a token | the two tokens that merge into it; a single byte stands for itself, twice |
/// | 2^slot bits | the same pairs hashed, for the way from the two to the one |
public final class TokenTable: @unchecked Sendable {
    /// Why some bytes are no table.
    public struct Fault: Error, CustomStringConvertible, Sendable {
        public let description: String
    }

    static let none: Token = .max
    private static let magic: UInt32 = 0x6B30_304F
    private static let version: UInt32 = 1
    private static let headerWords = 8
    private static let pairFactor: UInt64 = 0x9E37_79B9_7F4A_7C15

    private let words: UnsafeMutableBufferPointer<UInt32>
    private let nodes: UnsafePointer<UInt32>
    private let prefixes: UnsafePointer<UInt32>
    private let lengths: UnsafePointer<UInt32>
    private let pairs: UnsafePointer<UInt32>
    private let slots: UnsafePointer<UInt32>
    private let slotShift: UInt64
    private let slotMask: Int
    /// How many tokens there are.
    public let tokenCount: Int
    /// The most bytes that one token stands for.
    let longestTokenBytes: Int

    /// Takes the bytes of a table file. A checksum over all of them is verified, so that what follows need not be.
    /// - Throws: ``Fault`` for bytes that are no table of this version, or a damaged one.
    public init(bytes: UnsafeRawBufferPointer) throws(Fault) {
        let words = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: bytes.count / 4)
        UnsafeMutableRawBufferPointer(words).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 4 * 4)]))
        do {
            (tokenCount, slotMask) = try Self.validate(words, isWhole: bytes.count % 4 == 0)
        } catch {
            words.deallocate()
            throw error
        }
        self.words = words
        nodes = UnsafePointer(words.baseAddress! + Self.headerWords)
        prefixes = nodes + Int(words[3]) * 3
        lengths = prefixes + tokenCount
        pairs = lengths + tokenCount
        slots = pairs + tokenCount * 2
        slotShift = 64 - UInt64(words[4])
        longestTokenBytes = Int(UnsafeBufferPointer(start: lengths, count: tokenCount).max() ?? 1)
    }

    deinit { words.deallocate() }

    private static func validate(_ words: UnsafeMutableBufferPointer<UInt32>, isWhole: Bool) throws(Fault) -> (Int, Int) {
        guard isWhole, words.count > headerWords, words[0] == magic else { throw Fault(description: "it is no token table") }
        guard words[1] == version else { throw Fault(description: "it is a token table of version \(words[1]), not \(version)") }
        let tokens = Int(words[2])
        guard words[4] < 32, words.count == headerWords + Int(words[3]) * 3 + tokens * 4 + 1 << Int(words[4]) else {
            throw Fault(description: "it is not whole")
        }
        var checksum: UInt32 = 0
        for word in words[headerWords...] { checksum = checksum &* 31 &+ word }
        guard checksum == words[5] else { throw Fault(description: "it is damaged") }
        return (tokens, 1 << Int(words[4]) - 1)
    }

    /// The longest token that the text from `start` on begins with.
    @inline(__always)
    func longestToken(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> (token: Token, end: Int) {
        var node = 0
        var at = start
        var token = Self.none
        var tokenEnd = start &+ 1
        while at < end {
            let child = Int(nodes[node &* 3]) &+ Int(text[at])
            guard nodes[child &* 3 &+ 1] == UInt32(truncatingIfNeeded: node) else { break }
            node = child
            at &+= 1
            let found = nodes[child &* 3 &+ 2]
            if found != Self.none {
                token = found
                tokenEnd = at
            }
        }
        return (token, tokenEnd)
    }

    @inline(__always)
    func length(_ token: Token) -> Int { Int(lengths[Int(token)]) }

    /// The longest other token that this one begins with, or ``none``.
    @inline(__always)
    func prefix(_ token: Token) -> Token { prefixes[Int(token)] }

    /// The token that `a` and `b` merge into, or ``none``.
    @inline(__always)
    private func merged(_ a: Token, _ b: Token) -> Token {
        var slot = Int(truncatingIfNeeded: ((UInt64(a) << 32 | UInt64(b)) &* Self.pairFactor) >> slotShift)
        while true {
            let token = slots[slot]
            if token == Self.none || (pairs[Int(token) &* 2] == a && pairs[Int(token) &* 2 &+ 1] == b) { return token }
            slot = (slot &+ 1) & slotMask
        }
    }

    /// Whether byte pair encoding, given the bytes of `a` and then those of `b`, ends with just these two tokens.
    ///
    /// Merges happen in the order of rank. Going back from the end, the merges within both sides are undone, the latest first; at every
    /// state the two tokens that meet at the border would have merged if their merge came before the one that was just undone.
    func stayApart(_ first: Token, _ second: Token) -> Bool {
        var a = first
        var b = second
        // Merges of this rank and later have not happened yet.
        var limit = Self.none
        while true {
            let merge = merged(a, b)
            if merge < limit { return false }
            // Of two equal ranks, the left one was merged first.
            if a > b {
                if undoLeft(&a, &limit) { continue }
                if !undoRight(&b, &limit) { return true }
            } else {
                if undoRight(&b, &limit) { continue }
                if !undoLeft(&a, &limit) { return true }
            }
        }
    }

    /// - Returns: false for a single byte, which was never merged.
    @inline(__always)
    private func undoLeft(_ a: inout Token, _ limit: inout Token) -> Bool {
        let right = pairs[Int(a) &* 2 &+ 1]
        guard right != a else { return false }
        limit = a
        a = right
        return true
    }

    @inline(__always)
    private func undoRight(_ b: inout Token, _ limit: inout Token) -> Bool {
        let left = pairs[Int(b) &* 2]
        guard left != b else { return false }
        // A merge on the left with the rank of this one came before it, and so one that crosses the border.
        limit = b + 1
        b = left
        return true
    }
}
