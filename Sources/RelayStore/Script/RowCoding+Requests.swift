import RelayDomain

extension Hold {
    static let columns = """
        request, account, key, created_at, month, endpoint, stream, requested_model, model, high_cost, input_price, output_price, \
        cached_price, held, input_held, output_held, max_output_tokens, client_retry_count, key_counted, \
        idempotency_key
        """
    static let columnCount = 20

    init(row: any SQLRow) throws {
        self.init(
            request: try row.identifier(0), account: try row.identifier(1), key: try row.identifier(2),
            isKeyCounted: row.integer(18) != 0, createdAt: row.time(3), month: Month(number: row.integer(4)), endpoint: row.text(5),
            isStream: row.integer(6) != 0,
            requestedModel: row.optionalText(7), model: row.text(8), isHighCost: row.integer(9) != 0,
            prices: Prices(input: row.credits(10), output: row.credits(11), cachedRead: row.credits(12)), credits: row.credits(13),
            tokens: Tokens(input: row.integer(14), output: row.integer(15)), maxOutputTokens: row.integer(16),
            clientRetryCount: row.integer(17), idempotencyKey: row.optionalText(19))
    }

    func write(to row: inout SQLParameters) {
        row.append(request)
        row.append(account)
        row.append(key)
        row.append(createdAt)
        row.append(month)
        row.append(endpoint)
        row.append(isStream)
        row.append(requestedModel)
        row.append(model)
        row.append(isHighCost)
        row.append(prices.input)
        row.append(prices.output)
        row.append(prices.cachedRead)
        row.append(credits)
        row.append(tokens.input)
        row.append(tokens.output)
        row.append(maxOutputTokens)
        row.append(clientRetryCount)
        row.append(isKeyCounted)
        row.append(idempotencyKey)
    }
}

extension Receipt {
    static let columns =
        Hold.columns + """
            , state, ended_at, input, output, cached_read, reasoning, source, charged, absorbed, balance_after, attempts, \
            first_byte_milliseconds, milliseconds, client_disconnected, input_metered, output_metered, cached_metered, replayed_from, \
            settled_late, expired_at
            """

    init(row: any SQLRow) throws {
        let first = Hold.columnCount
        self.init(
            hold: try Hold(row: row), state: try row.named(first), endedAt: row.time(first + 1),
            usage: Usage(
                tokens: Tokens(input: row.integer(first + 2), output: row.integer(first + 3), cachedRead: row.integer(first + 4)),
                reasoning: row.integer(first + 5), source: try row.named(first + 6)),
            metered: Tokens(
                input: row.integer(first + 14), output: row.integer(first + 15), cachedRead: row.integer(first + 16)),
            charged: row.credits(first + 7), absorbed: row.credits(first + 8), balanceAfter: row.credits(first + 9),
            facts: ExchangeFacts(
                attempts: try AttemptCoding.decode(row.text(first + 10)), firstByteMilliseconds: row.optionalInteger(first + 11),
                milliseconds: row.integer(first + 12), isClientDisconnected: row.integer(first + 13) != 0),
            replayedFrom: row.isNull(first + 17) ? nil : try row.identifier(first + 17), isSettledLate: row.integer(first + 18) != 0,
            lateAfter: row.optionalTime(first + 19))
    }

    /// - Precondition: the receipt is not open; an open one is a row of `holds`.
    func write(to row: inout SQLParameters) {
        hold.write(to: &row)
        row.append(state.rawValue)
        row.append(endedAt)
        row.append(usage.tokens.input)
        row.append(usage.tokens.output)
        row.append(usage.tokens.cachedRead)
        row.append(usage.reasoning)
        row.append(usage.source.rawValue)
        row.append(charged)
        row.append(absorbed)
        row.append(balanceAfter)
        row.append(AttemptCoding.encode(facts.attempts))
        row.append(facts.firstByteMilliseconds)
        row.append(facts.milliseconds)
        row.append(facts.isClientDisconnected)
        row.append(metered.input)
        row.append(metered.output)
        row.append(metered.cachedRead)
        row.append(replayedFrom?.description)
        row.append(isSettledLate)
        row.append(isSettledLate ? expiredAt : nil)
    }
}

extension UsageTotal {
    static let columns = "requests, input, output, cached_read, credits"

    /// - Parameter first: the column in which it begins.
    init(row: any SQLRow, from first: Int) {
        self.init(
            requests: row.integer(first),
            tokens: Tokens(input: row.integer(first + 1), output: row.integer(first + 2), cachedRead: row.integer(first + 3)),
            credits: row.credits(first + 4))
    }

    func write(to row: inout SQLParameters) {
        row.append(requests)
        row.append(tokens.input)
        row.append(tokens.output)
        row.append(tokens.cachedRead)
        row.append(credits)
    }
}

/// Attempts in one text column: a line each, fields parted by tabs. Names of upstreams and models hold neither, as the configuration sees to.
enum AttemptCoding {
    static func encode(_ attempts: [Attempt]) -> String {
        var text = ""
        for attempt in attempts {
            if !text.isEmpty { text += "\n" }
            text += "\(attempt.upstream)\t\(attempt.model)\t\(attempt.outcome.rawValue)\t\(attempt.status ?? 0)\t\(attempt.milliseconds)"
        }
        return text
    }

    static func decode(_ text: String) throws -> [Attempt] {
        try text.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 5, let outcome = Attempt.Outcome(rawValue: String(fields[2])), let status = Int(fields[3]),
                let milliseconds = Int64(fields[4])
            else { throw StoreFailure(.corrupt, "no attempt: \(line)") }
            return Attempt(
                upstream: String(fields[0]), model: String(fields[1]), outcome: outcome, status: status == 0 ? nil : status,
                milliseconds: milliseconds)
        }
    }
}
