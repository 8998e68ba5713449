/// Byte pair encoding as it is defined: of all neighbours, the pair with the lowest rank becomes one, until none has a rank.
enum ReferenceMerges {
    static func encode(_ piece: String) -> [UInt32] {
        var parts = piece.utf8.map { [$0] }
        while true {
            var best: (index: Int, rank: Int)?
            for index in parts.indices.dropLast() {
                guard let rank = Vocabulary.ranks[parts[index] + parts[index + 1]], rank < best?.rank ?? .max else { continue }
                best = (index, rank)
            }
            guard let best else { break }
            parts[best.index] += parts.remove(at: best.index + 1)
        }
        return parts.map { UInt32(Vocabulary.ranks[$0] ?? -1) }
    }
}
