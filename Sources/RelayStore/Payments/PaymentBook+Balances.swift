public import RelayDomain

extension PaymentBook {
    /// Writes down what the addresses of a network hold on the chain at a final block, beside what the books say that they must hold.
    ///
    /// What they held at the first time is taken for what they had before. Where other addresses are watched than at the last time, what
    /// they hold is taken for what they must hold, but for what was missing or too much already: transfers between the operator's own
    /// addresses are in no books, so that one address alone cannot be told from the others.
    /// - Parameter balances: of every address that is watched, in its canonical form.
    /// - Returns: what they must hold together; nil where the scanner is not as far as the block, or somebody has looked at a later one.
    /// - Throws: ``StoreFailure``.
    public func compare(_ network: PaymentNetwork, balances: [String: TokenAmount], at block: Int64) async throws -> TokenAmount? {
        let addresses = balances.keys.sorted()
        let balance = balances.values.reduce(TokenAmount.zero) { $0.adding($1) }
        return try await write { session, lease in
            guard let known = try session.rows(BalanceStatements.known, bind: { $0.append(network) }, KnownBalance.init(row:)).first,
                known.cursor ?? -1 >= block, known.block ?? 0 <= block
            else { return nil }
            func since(_ statement: SQLStatement, _ sum: TokenAmount) throws -> TokenAmount {
                try session.rows(
                    statement,
                    bind: {
                        $0.append(network)
                        $0.append(block)
                    }, { try $0.tokenAmount(0) }
                ).reduce(sum) { $0.less($1) }
            }
            let sums = BalanceSums(
                received: try since(BalanceStatements.receivedSince, known.sums.received),
                swept: try since(BalanceStatements.sweptSince, known.sums.swept))
            let watched = try session.rows(BalanceStatements.addresses, bind: { $0.append(network) }, { $0.text(0) })
            let opening = known.opening(for: balance, sums, areSameAddresses: watched.sorted() == addresses)
            let expected = opening.expected(at: sums)
            try session.execute(BalanceStatements.compare) {
                $0.append(network)
                $0.append(opening.balance)
                $0.append(opening.sums.received)
                $0.append(opening.sums.swept)
                $0.append(balance)
                $0.append(expected)
                $0.append(block)
                $0.append(lease.now)
            }
            try session.execute(BalanceStatements.clear) { $0.append(network) }
            try session.execute(BalanceStatements.insert, count: addresses.count) {
                $1.append(network)
                $1.append(addresses[$0])
                $1.append(balances[addresses[$0]])
            }
            return expected
        }
    }
}

/// All that came in and went out, up to a block.
private struct BalanceSums {
    let received: TokenAmount
    let swept: TokenAmount
}

/// What addresses held when so much had come and gone.
private struct OpeningBalance {
    let balance: TokenAmount
    let sums: BalanceSums

    /// What goes out is taken off at the end: amounts are never below zero.
    func expected(at present: BalanceSums) -> TokenAmount {
        balance.adding(present.received).adding(sums.swept).less(sums.received.adding(present.swept))
    }
}

private struct KnownBalance {
    let cursor: Int64?
    let sums: BalanceSums
    let block: Int64?
    private let opening: OpeningBalance?
    private let difference: (held: TokenAmount, expected: TokenAmount)?

    init(row: any SQLRow) throws {
        cursor = row.optionalInteger(0)
        sums = BalanceSums(received: try row.tokenAmount(1), swept: try row.tokenAmount(2))
        opening =
            row.isNull(3)
            ? nil
            : OpeningBalance(
                balance: try row.tokenAmount(3), sums: BalanceSums(received: try row.tokenAmount(4), swept: try row.tokenAmount(5)))
        difference = row.isNull(6) ? nil : (try row.tokenAmount(6), try row.tokenAmount(7))
        block = row.optionalInteger(8)
    }

    func opening(for balance: TokenAmount, _ sums: BalanceSums, areSameAddresses: Bool) -> OpeningBalance {
        if let opening, areSameAddresses { return opening }
        guard let difference else { return OpeningBalance(balance: balance, sums: sums) }
        return OpeningBalance(balance: balance.adding(difference.expected).less(difference.held), sums: sums)
    }
}

private enum BalanceStatements {
    static let known = SQLStatement(
        """
        SELECT cursor, received, swept, opening, opening_received, opening_swept, balance, expected_balance, balance_block
        FROM networks WHERE name = $1
        """)
    static let receivedSince = SQLStatement("SELECT amount FROM deposits WHERE network = $1 AND block > $2")
    static let sweptSince = SQLStatement("SELECT amount FROM sweeps WHERE network = $1 AND block > $2")
    static let compare = SQLStatement.update(
        "networks", "name, opening, opening_received, opening_swept, balance, expected_balance, balance_block, balance_at")
    static let addresses = SQLStatement("SELECT address FROM address_balances WHERE network = $1")
    static let clear = SQLStatement.delete(from: "address_balances", by: "network")
    static let insert = SQLStatement.insert(into: "address_balances", "network, address, balance")
}
