import RelayDomain

extension BooksModel {
    mutating func end(_ ending: HoldEnding, _ catalogue: Catalogue) -> Outcome {
        guard var wallet = wallets[ending.account] else { return .refused(.notFound) }
        guard let hold = open[ending.request] else {
            guard let ended = ended[ending.request] else { return .refused(.notFound) }
            if case .settle(let usage) = ending.outcome, let hold = expired[ending.request] {
                return settleLate(hold, usage, at: ending.at, catalogue)
            }
            return endAgain(ending, ended)
        }
        wallet.roll(to: ending.at.month)
        let usage = if case .settle(let usage) = ending.outcome, usage.source != .none { usage.tokens } else { Tokens.zero }
        let cost = Self.cost(of: usage, hold.model)
        let charge = min(cost, hold.held)
        let metered = metered(usage, hold, wallet, catalogue)
        let absorbed = cost - charge
        wallet.posted -= charge
        charged += charge
        wallet.transfers += (charge > .zero ? 1 : 0) + (absorbed > .zero ? 1 : 0)
        wallet.used[hold.month, default: .zero] += metered
        if hold.model.isHighCost { wallet.highCost[hold.month, default: .zero] += charge }
        wallets[ending.account] = wallet
        if hold.isKeyCounted, let (hash, found) = key(hold.key) {
            var key = found
            key.month = max(key.month, ending.at.month)
            key.used[hold.month, default: .zero] += charge
            keys[hash] = key
        }
        let state: Receipt.State =
            switch ending.outcome {
            case .settle: .settled
            case .void: .voided
            case .expire: .expired
            }
        open[hold.request] = nil
        if state == .expired { expired[hold.request] = hold }
        ended[hold.request] = Ended(
            account: hold.account, state: state, charged: charge, absorbed: absorbed, metered: metered, held: hold.held,
            model: hold.model.name, month: hold.month)
        endedLately.insert(hold.request)
        keepAnswer(ending, hold, state)
        if case .settle(let usage) = ending.outcome, usage.source != .reported, hold.held > .zero {
            list(.unreportedUsage, of: hold.account, as: ReviewID(high: hold.request.high, low: hold.request.low))
        }
        return .ended(state, charged: charge, available: available(hold.account), isFirst: true)
    }

    /// The rule for whoever ends what has ended: it stays as it is.
    private func endAgain(_ ending: HoldEnding, _ ended: Ended) -> Outcome {
        .ended(ended.state, charged: ended.charged, available: available(ending.account), isFirst: false)
    }

    static func cost(of tokens: Tokens, _ model: Model) -> Credits {
        let prices = model.prices
        let millionths =
            tokens.input * prices.input.thousandths + tokens.output * prices.output.thousandths
            + tokens.cachedRead * prices.cachedRead.thousandths
        return Credits(thousandths: (millionths + 999_999) / 1_000_000)
    }

    /// What the meters count: no more than was held; and cached reads, token by token, as long as their allowance lasts.
    private func metered(_ usage: Tokens, _ hold: Open, _ wallet: WalletRow, _ catalogue: Catalogue) -> Tokens {
        let cached = min(usage.cachedRead, hold.input)
        let input = min(usage.input, hold.input - cached)
        var counted = cached
        if hold.month == wallet.month, let plan = wallet.plan.flatMap(catalogue.plan) {
            let used = wallet.used[hold.month]?.cachedRead ?? 0
            counted = 0
            while counted < cached, used + counted < plan.allowances.cachedRead { counted += 1 }
        }
        return Tokens(input: input + cached - counted, output: min(usage.output, hold.output), cachedRead: counted)
    }

    private mutating func keepAnswer(_ ending: HoldEnding, _ hold: Open, _ state: Receipt.State) {
        guard let claim = hold.claim else { return }
        let id = AnswerRecord.ID(account: hold.account, key: claim)
        guard answers[id]?.request == hold.request else { return }
        switch state == .settled ? ending.answer : .none {
        case .none: answers[id] = nil
        case .sealed(let bytes):
            answers[id]!.state = .stored
            answers[id]!.sealed = bytes
        case .tooLarge: answers[id]!.state = .tooLarge
        }
    }
}
