public import RelayDomain

extension LedgerReader {
    /// The kept answer of a request, encrypted as it was stored.
    /// - Parameter request: the one that was answered; nil comes back where the key stands for another by now.
    public func sealedAnswer(_ id: AnswerRecord.ID, of request: RequestID) async throws -> [UInt8]? {
        try await source.read { session in
            try session.rows(
                keptAnswer,
                bind: {
                    $0.append(id.account)
                    $0.append(id.key)
                    $0.append(request)
                }, { Array($0.bytes(0)) }
            ).first
        }
    }
}

private let keptAnswer = SQLStatement(
    "SELECT sealed FROM answers WHERE account = $1 AND idempotency_key = $2 AND request = $3 AND state = 'stored'")
