import RelayDomain

extension BatchScript {
    /// What the script runs.
    enum Statements {
        /// Whoever holds a wallet's row may change what belongs to it; so it is locked before anything else is read.
        static let wallet = SQLStatement.read(Wallet.columns, from: "wallets", by: "account", locking: .forUpdate)
        static let keyByHash = SQLStatement.read(Key.columns, from: "keys", by: "hash")
        static let keyByID = SQLStatement.read(Key.columns, from: "keys", by: "id")
        static let hold = SQLStatement.read(Hold.columns, from: "holds", by: "request")
        static let ended = SQLStatement.read("request, state, charged", from: "receipts", by: "request")
        /// Of a hold that has expired, and is perhaps settled late: nobody may archive or remove it meanwhile.
        static let receipt = SQLStatement.read(Receipt.columns, from: "receipts", by: "request", locking: .forUpdate)
        /// Days whose receipts move to an archive just now. What is in the archive's file stays as it is there.
        static let archiving = SQLStatement.read("day", from: "archives", by: "day", where: "state <> 'pruned'")
        static let order = SQLStatement.read(RechargeOrder.columns, from: "orders", by: "id")
        static let answer = SQLStatement.read(AnswerRecord.readColumns, from: "answers", by: "account", "idempotency_key")
        static let openReviews = SQLStatement.read(Review.columns, from: "reviews", by: "account", where: "state = 'open'")
        static let review = SQLStatement.read(Review.columns, from: "reviews", by: "id")
        static let email = SQLStatement.read("email", from: "accounts", by: "email")
        static let payment = SQLStatement.read("payment", from: "orders", by: "payment")
        static let adjustment = SQLStatement.read("id, wallet, debit, amount", from: "transfers", by: "id")

        static let insertAccount = SQLStatement.insert(into: "accounts", Account.columns)
        static let insertWallet = SQLStatement.insert(into: "wallets", Wallet.columns)
        static let updateWallet = SQLStatement.update("wallets", Wallet.columns)
        static let insertKey = SQLStatement.insert(into: "keys", Key.columns)
        static let updateKey = SQLStatement.update("keys", "hash, \(Key.changingColumns)")
        static let insertHold = SQLStatement.insert(into: "holds", "\(Hold.columns), epoch")
        static let updateHold = SQLStatement.update("holds", Hold.columns)
        static let deleteHold = SQLStatement.delete(from: "holds", by: "request")
        static let keepAnswer = SQLStatement.keep(in: "answers", AnswerRecord.columns, key: "account, idempotency_key")
        static let freeAnswer = SQLStatement.delete(from: "answers", by: "account", "idempotency_key")
        /// Answers of any account: where another transaction holds one of them, it is passed over, so that nobody waits.
        static let sweepAnswers = SQLStatement(
            "DELETE FROM answers WHERE (account, idempotency_key) IN (\(expiredAnswers))",
            // A subquery that locks must not be run again for each row, as it may where it is only a condition.
            postgres: """
                WITH expired AS MATERIALIZED (\(expiredAnswers) FOR UPDATE SKIP LOCKED) DELETE FROM answers USING expired
                WHERE answers.account = expired.account AND answers.idempotency_key = expired.idempotency_key
                """)
        static let keepReview = SQLStatement.keep(in: "reviews", Review.columns, key: "id")
        static let insertReceipt = SQLStatement.insert(into: "receipts", Receipt.columns)
        static let reviseReceipt = SQLStatement.update("receipts", Receipt.columns)
        static let insertTransfer = SQLStatement.insert(into: "transfers", Transfer.columns)
        static let queueForSeal = SQLStatement.insert(into: "unsealed_batches", "first_entry, entries")
        static let postHouse = SQLStatement.insert(
            into: "house_accounts", "name, posted", onConflict: "(name) DO UPDATE SET posted = house_accounts.posted + excluded.posted")
        static let addUsage = SQLStatement.insert(
            into: "usage_totals", "account, day, model, key, \(UsageTotal.columns)",
            onConflict: "(account, day, model, key) DO UPDATE SET "
                + UsageTotal.columns.split(separator: ", ").map { "\($0) = usage_totals.\($0) + excluded.\($0)" }.joined(separator: ", "))
        static let insertOrder = SQLStatement.insert(into: "orders", RechargeOrder.columns)
        static let updateOrder = SQLStatement.update("orders", RechargeOrder.columns)

        private static let expiredAnswers = """
            SELECT account, idempotency_key FROM answers WHERE state <> 'running' AND expires_at <= $1 ORDER BY expires_at LIMIT 4
            """
    }
}
