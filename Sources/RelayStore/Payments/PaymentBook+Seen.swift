import RelayDomain

extension SQLSession {
    /// Tells of the orders whose payment is on the chain for the first time. A payment that a fork has taken away, and that comes again, is
    /// no news.
    func tellSeen(on network: PaymentNetwork, at time: Timestamp) throws {
        let seen = try rows(
            Statements.untold, bind: { $0.append(network) },
            { WebhookEvent.recharge(try RechargeOrder(row: $0), .seen, deposit: try $0.deposit(18), at: time) })
        // Nobody else scans the network; but what was told is told whatever comes.
        try execute(EventStatements.insertOnce, each: seen) { $0.write(to: &$1) }
    }
}

private enum Statements {
    private static let orderColumns = RechargeOrder.columns.split(separator: ", ").map { "o.\($0)" }.joined(separator: ", ")
    static let untold = SQLStatement(
        """
        SELECT \(orderColumns), s.deposit FROM sightings s JOIN orders o ON o.id = s.order_id
        WHERE s.network = $1 AND o.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM events e WHERE e.name = o.id || ':seen')
        """)
}
