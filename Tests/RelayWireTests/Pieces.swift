/// The ways in which one input is cut for a scanner that must not care.
enum Pieces {
    /// Whole; in two pieces, cut at every position; byte by byte.
    static func everyWay(_ bytes: [UInt8]) -> [[[UInt8]]] {
        var ways = [[bytes], bytes.map { [$0] }]
        for cut in 0...bytes.count { ways.append([Array(bytes[..<cut]), Array(bytes[cut...])]) }
        return ways
    }

    /// In pieces of random sizes up to `limit`.
    static func random(_ bytes: [UInt8], limit: Int, using generator: inout SeededGenerator) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var at = 0
        while at < bytes.count {
            let end = min(bytes.count, at + Int.random(in: 1...limit, using: &generator))
            pieces.append(Array(bytes[at..<end]))
            at = end
        }
        return pieces
    }
}
