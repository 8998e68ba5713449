import RelayDomain

extension AnswerRecord {
    static let columns = "\(readColumns), sealed"
    /// Without the answer itself, which may be large, and which no decision takes.
    static let readColumns = "account, idempotency_key, request, fingerprint, model, expires_at, state"

    init(row: any SQLRow) throws {
        self.init(
            id: ID(account: try row.identifier(0), key: row.text(1)), request: try row.identifier(2), fingerprint: Array(row.bytes(3)),
            model: row.text(4), expiresAt: row.time(5), state: try row.named(6))
    }

    func write(to row: inout SQLParameters) {
        row.append(id.account)
        row.append(id.key)
        row.append(request)
        row.append(fingerprint)
        row.append(model)
        row.append(expiresAt)
        row.append(state.rawValue)
        row.append(sealed)
    }
}

extension Review {
    static let columns = "id, account, reason, created_at, updated_at, state, count, summary, requests, note"

    init(row: any SQLRow) throws {
        self.init(
            id: try row.identifier(0), account: try row.identifier(1), reason: try row.named(2), createdAt: row.time(3),
            updatedAt: row.time(4), state: try row.named(5), count: row.integer(6), summary: row.text(7),
            requests: row.text(8).split(separator: " ").compactMap { RequestID(String($0)) }, note: row.optionalText(9))
    }

    func write(to row: inout SQLParameters) {
        row.append(id)
        row.append(account)
        row.append(reason.rawValue)
        row.append(createdAt)
        row.append(updatedAt)
        row.append(state.rawValue)
        row.append(count)
        row.append(summary)
        row.append(requests.map(\.description).joined(separator: " "))
        row.append(note)
    }
}
