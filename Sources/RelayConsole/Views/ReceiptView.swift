import RelayDomain

/// What a request was, what it used, and what it cost.
struct ReceiptView {
    let receipt: Receipt

    var json: JSONValue {
        let hold = receipt.hold
        let facts = receipt.facts
        let isOpen = receipt.state == .open
        var json: JSONValue = [
            "id": .id(hold.request),
            "account": .id(hold.account),
            "key": .id(hold.key),
            "created_at": .time(hold.createdAt),
            "endpoint": .string(hold.endpoint),
            "stream": .bool(hold.isStream),
            "requested_model": .text(hold.requestedModel),
            "model": .string(hold.model),
            "state": .string(receipt.state.rawValue),
            "usage": usage,
            "prices": PricesView(prices: hold.prices).json,
            "credits": ["held": .credits(hold.credits), "charged": .credits(receipt.charged), "absorbed": .credits(receipt.absorbed)],
            "balance_after_credits": .credits(receipt.balanceAfter),
            "max_output_tokens": .integer(hold.maxOutputTokens),
            "attempts": .array(facts.attempts.indices.map(attempt)),
            "first_byte_milliseconds": .integer(facts.firstByteMilliseconds),
            "milliseconds": isOpen ? .null : .integer(facts.milliseconds),
            "client_disconnected": .bool(facts.isClientDisconnected),
            "client_retry_count": .integer(hold.clientRetryCount),
            "idempotency_key": .text(hold.idempotencyKey),
            "replayed_from": .text(receipt.replayedFrom?.description),
        ]
        if let notBilledBecause { json = json.appending("not_billed_because", .string(notBilledBecause)) }
        if receipt.isSettledLate { json = json.appending("settled_late", .bool(true)) }
        if let expiredAt = receipt.expiredAt { json = json.appending("expired_at", .time(expiredAt)) }
        return json
    }

    private static let noUsableResponse = "no usable response came"

    private var usage: JSONValue {
        let usage = receipt.usage
        return [
            "input": .integer(usage.tokens.input),
            "output": .integer(usage.tokens.output),
            "cached_read": .integer(usage.tokens.cachedRead),
            "reasoning": .integer(usage.reasoning),
            "source": .string(usage.source.rawValue),
        ]
    }

    private func attempt(_ index: Int) -> JSONValue {
        let attempt = receipt.facts.attempts[index]
        // Only the last attempt can have been charged.
        let isBilled = receipt.state == .settled && index == receipt.facts.attempts.count - 1
        return [
            "upstream": .string(attempt.upstream),
            "model": .string(attempt.model),
            "outcome": .string(attempt.outcome.rawValue),
            "status": .integer(attempt.status.map(Int64.init)),
            "milliseconds": .integer(attempt.milliseconds),
            "not_billed_because": .text(attempt.notBilledBecause ?? (isBilled ? nil : Self.noUsableResponse)),
        ]
    }

    /// Why a request that has ended cost nothing at all: the last attempt's reason, where one was made.
    private var notBilledBecause: String? {
        switch receipt.state {
        case .open, .settled: nil
        case .expired: "the relay stopped before the request ended"
        case .voided:
            receipt.facts.attempts.last.map { $0.notBilledBecause ?? Self.noUsableResponse } ?? "no upstream was called"
        }
    }
}
