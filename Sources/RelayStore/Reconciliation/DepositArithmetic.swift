import RelayDomain

/// Deposits are named by what they are, and worth what was paid: amounts that pass 64 bits are not for the database to reckon with.
enum DepositArithmetic {
    static func check(on session: any SQLSession) throws -> Reconciliation.Check {
        var findings = Findings()
        try session.query(deposits, count: 1, bind: { _, _ in }) { row in
            findings.examined += 1
            let id = row.text(0)
            guard let named = DepositID(id), named.network.rawValue == row.text(1), named.transaction == row.text(2) else {
                return findings.add("\(id): on \(row.text(1)) by \(row.text(2))")
            }
            let (amount, decimals) = (TokenAmount(row.text(3)), Int(row.integer(4)))
            guard let amount, (0...TokenAmount.greatestDecimals).contains(decimals),
                amount.faceValue(decimals: decimals)?.thousandths == row.optionalInteger(5)
            else {
                return findings.add("\(id): \(row.text(3)) units at \(decimals) decimals, worth \(row.integer(5)) thousandths of a credit")
            }
        }
        return findings.check("deposits are worth what was paid")
    }

    /// The sums that balances are compared by.
    static func checkSums(on session: any SQLSession) throws -> Reconciliation.Check {
        var findings = Findings()
        for (column, rows) in [("received", amountsOfDeposits), ("swept", amountsOfSweeps)] {
            var sums: [String: TokenAmount] = [:]
            try session.query(rows, count: 1, bind: { _, _ in }) {
                sums[$0.text(0), default: .zero] = sums[$0.text(0), default: .zero].adding(TokenAmount($0.text(1)) ?? .zero)
            }
            try session.query(SQLStatement("SELECT name, \(column) FROM networks"), count: 1, bind: { _, _ in }) {
                findings.examined += 1
                let sum = sums.removeValue(forKey: $0.text(0)) ?? .zero
                if $0.text(1) != sum.description { findings.add("\($0.text(0)): \(column) \($0.text(1)) units, and the rows say \(sum)") }
            }
            for (network, sum) in sums { findings.add("\(network): not there, and \(column) \(sum) units") }
        }
        return findings.check("networks have received and given what their rows say")
    }

    private static let amountsOfDeposits = SQLStatement("SELECT network, amount FROM deposits")
    private static let amountsOfSweeps = SQLStatement("SELECT network, amount FROM sweeps")
    private static let deposits = SQLStatement("SELECT id, network, transaction_hash, amount, decimals, face FROM deposits")
}
