extension Ledger {
    /// What stands for the request's idempotency key already: nothing, an answer to give again, or a reason to refuse.
    func repeated(_ request: AdmissionRequest, key: Key, wallet: Wallet, in books: inout Books) throws(Refusal) -> Replay? {
        guard let claim = request.idempotency,
            let record = books.answer(AnswerRecord.ID(account: key.account, key: claim.key)),
            record.state == .running || record.expiresAt > request.at
        else { return nil }
        guard record.fingerprint == claim.fingerprint else {
            throw Refusal(
                .idempotencyKeyReused, "The idempotency key was used for another request. Use a new key for a new request.",
                param: "Idempotency-Key")
        }
        switch record.state {
        case .running:
            throw Refusal(
                .requestInProgress, "The first request with this idempotency key is still running. Ask again for its answer.",
                param: "Idempotency-Key", retryAfterSeconds: 1)
        case .stored:
            books.record(replayReceipt(of: record, request, key: key, wallet: wallet))
            return Replay(original: record.request, answer: record.id, available: wallet.available)
        case .tooLarge:
            throw Refusal(
                .responseNotStored,
                "The request with this idempotency key was answered and charged, as \(record.request); its answer was too large to keep.",
                param: "Idempotency-Key")
        }
    }

    func claim(_ hold: Hold, for request: AdmissionRequest, in books: inout Books) {
        guard let claim = request.idempotency else { return }
        books.keep(
            AnswerRecord(
                id: AnswerRecord.ID(account: hold.account, key: claim.key), request: hold.request, fingerprint: claim.fingerprint,
                model: hold.model, expiresAt: request.at.adding(milliseconds: AnswerRecord.keptMilliseconds), state: .running))
    }

    /// Keeps the answer of a request that was settled, or frees its key.
    func keepAnswer(_ keeping: AnswerKeeping, of hold: Hold, state: Receipt.State, in books: inout Books) {
        guard let key = hold.idempotencyKey else { return }
        let id = AnswerRecord.ID(account: hold.account, key: key)
        guard var record = books.answer(id), record.request == hold.request else { return }
        switch state == .settled ? keeping : .none {
        case .none:
            return books.freeAnswer(id)
        case .sealed(let bytes):
            record.state = .stored
            record.sealed = bytes
        case .tooLarge:
            record.state = .tooLarge
        }
        books.keep(record)
    }

    /// A replay takes nothing and leaves a receipt that says so.
    private func replayReceipt(of record: AnswerRecord, _ request: AdmissionRequest, key: Key, wallet: Wallet) -> Receipt {
        let hold = Hold(
            request: request.request, account: key.account, key: key.id, createdAt: request.at, month: wallet.month,
            endpoint: request.endpoint, isStream: request.isStream, requestedModel: request.model.receiptName, model: record.model,
            isHighCost: false, prices: catalogue.model(record.model)?.prices ?? .standard, credits: .zero, tokens: .zero,
            maxOutputTokens: 0,
            clientRetryCount: request.clientRetryCount, idempotencyKey: record.id.key)
        return Receipt(
            hold: hold, state: .settled, endedAt: request.at, usage: .none, metered: .zero, charged: .zero, absorbed: .zero,
            balanceAfter: wallet.posted, facts: ExchangeFacts(), replayedFrom: record.request)
    }
}
