import RelayDomain

/// What is written in one transaction: everything of some blocks.
struct ScanStep {
    /// Where the cursor stands afterwards.
    let cursor: Int64
    var deposits: [ChainTransfer] = []
    var sweeps: [ChainTransfer] = []

    /// Parts what was found into transactions. Many strangers' transfers must not hold up whoever else writes to the books.
    /// - Parameter rows: after which a transaction ends, with its last block.
    static func steps(
        from position: Int64, to cursor: Int64, deposits: [ChainTransfer], sweeps: [ChainTransfer], rows: Int
    ) -> [ScanStep] {
        let incoming = Dictionary(grouping: deposits, by: \.block)
        let outgoing = Dictionary(grouping: sweeps, by: \.block)
        var steps: [ScanStep] = []
        var step = ScanStep(cursor: cursor)
        for block in Set(incoming.keys).union(outgoing.keys).sorted() {
            step.deposits += incoming[block] ?? []
            step.sweeps += outgoing[block] ?? []
            guard step.deposits.count + step.sweeps.count >= rows, block < cursor else { continue }
            // What a look back has found is before the cursor, which does not go back.
            steps.append(ScanStep(cursor: max(block, position), deposits: step.deposits, sweeps: step.sweeps))
            step = ScanStep(cursor: cursor)
        }
        return steps + [step]
    }
}
