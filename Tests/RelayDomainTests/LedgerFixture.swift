@testable import RelayDomain

/// Books in memory with an account on a plan, and short ways to command them.
struct LedgerFixture {
    static let start = Timestamp(rfc3339: "2026-11-23T12:00:00Z")!

    let ledger: Ledger
    var books = Books()
    let account: AccountID
    let key: Key
    var nextRequest: UInt64 = 1

    init(
        credits: Credits, plan: String? = "pro", policy: KeyPolicy = KeyPolicy(), models: [Model] = Catalogue.builtInModels,
        served: Set<String>? = nil
    ) {
        ledger = Ledger(
            catalogue: Catalogue(models: models, plans: Catalogue.builtInPlans, servedModels: served ?? Set(models.map(\.name))))
        account = AccountID(high: 1, low: 1)
        key = Key(
            id: KeyID(high: 1, low: 2), account: account, hash: KeyHash(bytes: [UInt8](repeating: 7, count: 32)), name: "k",
            displayPrefix: "nxr_…", policy: policy, createdAt: Self.start)
        var wallet = Wallet(account: account, month: Self.start.month)
        wallet.posted = credits
        wallet.plan = plan
        books.wallets.load(account, wallet)
        books.load(key: key)
    }

    var wallet: Wallet { books.wallets[account]! }

    /// A request, not yet decided upon.
    mutating func request(
        input: Int64 = 100, output: Int64? = 100, model: ModelRequest = .named("gpt-5.2"), choices: Int64 = 1, at time: Timestamp = start,
        hash: KeyHash? = nil, isFinal: Bool = true, address: NetworkAddress? = nil
    ) -> AdmissionRequest {
        defer { nextRequest += 1 }
        return AdmissionRequest(
            request: RequestID(high: 0, low: nextRequest), secret: PresentedKey(account: account, hash: hash ?? key.hash),
            address: address, endpoint: "/v1/chat/completions", isStream: false, model: model,
            input: InputCount(tokens: input, isFinal: isFinal),
            askedOutputTokens: output, choices: choices, clientRetryCount: 0, at: time)
    }

    mutating func admit(_ request: AdmissionRequest) -> Result<Grant, Refusal> {
        switch ledger.decide(.admit(request), in: &books) {
        case .admitted(let grant): .success(grant)
        case .refused(let refusal): .failure(refusal)
        case let other: fatalError("\(other)")
        }
    }

    mutating func end(_ request: RequestID, _ outcome: HoldEnding.Outcome, at time: Timestamp = start) -> Reply {
        ledger.decide(.end(HoldEnding(request: request, account: account, outcome: outcome, facts: ExchangeFacts(), at: time)), in: &books)
    }
}

extension Reply {
    var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }
    var ended: Ended? { if case .ended(let ended) = self { ended } else { nil } }
    var wallet: Wallet? { if case .wallet(let wallet) = self { wallet } else { nil } }
    var order: RechargeOrder? { if case .order(let order) = self { order } else { nil } }
}

extension Result {
    var error: Failure? { if case .failure(let error) = self { error } else { nil } }
}
