/// The ways in which an input is cut for a scanner that must not care.
enum Pieces {
    /// Whole, byte by byte, and twice at places that the bytes themselves decide, so that an input is the whole of a finding.
    static func ways(_ bytes: [UInt8]) -> [[ArraySlice<UInt8>]] {
        // Of large inputs, byte by byte would say little more than small pieces do, and take long.
        let single = bytes.count <= 2_048 ? [cut(bytes) { _ in 1 }] : []
        var hash = bytes.reduce(14_695_981_039_346_656_037 as UInt64) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }  // FNV-1a
        func next(_ limit: UInt64) -> Int {
            hash ^= hash << 13
            hash ^= hash >> 7
            hash ^= hash << 17
            return Int(hash % limit) + 1
        }
        let small = UInt64(max(9, bytes.count / 100))
        return single + [cut(bytes) { _ in next(small) }, cut(bytes) { next(UInt64($0)) }]
    }

    /// - Parameter size: of the next piece, given how many bytes are left; at least 1.
    private static func cut(_ bytes: [UInt8], _ size: (Int) -> Int) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var at = 0
        while at < bytes.count {
            let end = min(at + size(bytes.count - at), bytes.count)
            pieces.append(bytes[at..<end])
            at = end
        }
        return pieces
    }
}
