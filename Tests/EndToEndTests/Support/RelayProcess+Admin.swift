import NIOHTTP1
import RelayDomain
import Testing

/// An account with credits and a key.
struct Customer: Sendable {
    let account: String
    let keyID: String
    let secret: String
    /// All that was ever paid in.
    let recharged: Credits
}

/// The admin API, as the tests use it.
extension RelayProcess {
    func admin(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) async throws -> Answer {
        try await HTTP.send(
            method, adminURL + "/admin/v1/" + path, headers: ["authorization": "Bearer \(adminToken)"],
            body: body?.text ?? (method == .POST ? "{}" : nil))
    }

    /// The answer of a call that must succeed.
    func adminJSON(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) async throws -> JSON {
        let answer = try await admin(method, path, body)
        guard (200..<300).contains(answer.status) else { throw TestFailure("\(method) \(path): \(answer.status) \(answer.text)") }
        return answer.json
    }

    /// An account that was recharged with a plan, and a key of it.
    /// - Parameter credits: what the wallet is brought to; nil leaves what the plan gives.
    func customer(credits: Credits? = nil, plan: String = "test", keyPolicy: JSON = [:]) async throws -> Customer {
        var generator = SystemRandomNumberGenerator()
        let email = "customer-\(generator.next() as UInt64)@example.com"
        guard let account = try await adminJSON(.POST, "accounts", ["email": .string(email)])["id"].string else {
            throw TestFailure("no account")
        }
        let order = try await adminJSON(.POST, "recharges", ["account": .string(account), "plan": .string(plan)])["id"].string ?? ""
        var paid = try await adminJSON(.POST, "recharges/\(order)/confirm", ["note": "test"])["credits"].credits ?? .zero
        if let credits, credits != paid {
            _ = try await adminJSON(
                .POST, "wallets/\(account)/adjust", ["credits": .string("\(credits - paid)"), "reason": "test"])
            paid = credits
        }
        let key = try await adminJSON(.POST, "keys", ["account": .string(account), "policy": keyPolicy])
        guard let secret = key["secret"].string, let keyID = key["id"].string else { throw TestFailure("no key: \(key.text)") }
        keepSecret(secret)
        return Customer(account: account, keyID: keyID, secret: secret, recharged: paid)
    }

    func wallet(_ account: String) async throws -> JSON { try await adminJSON(.GET, "wallets/\(account)") }

    func receipt(_ requestID: String) async throws -> JSON { try await adminJSON(.GET, "receipts/\(requestID)") }

    /// The receipt of a request that has ended, or ends soon.
    func endedReceipt(_ requestID: String) async throws -> JSON {
        try await eventually("the receipt of \(requestID) is closed") {
            let answer = try await admin(.GET, "receipts/\(requestID)")
            return answer.status == 200 && answer.json["state"].string != "open" ? answer.json : nil
        }
    }

    /// All receipts of an account, newest first.
    func receipts(_ account: String) async throws -> [JSON] {
        var all: [JSON] = []
        var cursor: String?
        repeat {
            let page = try await adminJSON(.GET, "receipts?account=\(account)&limit=100" + (cursor.map { "&cursor=\($0)" } ?? ""))
            all += page["data"].items
            cursor = page["next"].string
        } while cursor != nil
        return all
    }

    /// The wallet once nothing of it is in flight.
    func idleWallet(_ account: String) async throws -> JSON {
        try await eventually("no request of \(account) is in flight") {
            let wallet = try await self.wallet(account)
            return wallet["requests_in_flight"].int == 0 ? wallet : nil
        }
    }

    /// Nothing held, and the balance is what was paid in less the charges of the receipts, to the thousandth.
    func expectBalanced(_ customer: Customer, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let wallet = try await idleWallet(customer.account)
        let charged = try await receipts(customer.account).compactMap { $0["credits"]["charged"].credits }.reduce(.zero, +)
        #expect(wallet["held_credits"].credits == .zero, sourceLocation: sourceLocation)
        #expect(wallet["credits"].credits == customer.recharged - charged, sourceLocation: sourceLocation)
        #expect(wallet["available_credits"].credits == wallet["credits"].credits, sourceLocation: sourceLocation)
    }

    /// The receipts of customers whose wallets fit them, by their ids, each of which stands there once.
    func balancedReceipts(_ customers: [Customer]) async throws -> [String: JSON] {
        var all: [String: JSON] = [:]
        for customer in customers {
            try await expectBalanced(customer)
            for receipt in try await receipts(customer.account) {
                let id = try #require(receipt["id"].string)
                #expect(all.updateValue(receipt, forKey: id) == nil, "\(id) has two receipts")
            }
        }
        return all
    }

    // MARK: Customers' calls

    func chat(_ chat: Chat, _ customer: Customer, headers: HTTPHeaders = [:]) async throws -> Answer {
        try await post(chat.body, customer, headers: headers)
    }

    /// - Parameter path: of the endpoint.
    func post(
        _ body: String, _ customer: Customer, to path: String = "/v1/chat/completions", headers: HTTPHeaders = [:],
        onHead: @Sendable () -> Void = {}
    ) async throws -> Answer {
        var headers = headers
        headers.add(name: "authorization", value: "Bearer \(customer.secret)")
        return try await HTTP.send(.POST, url + path, headers: headers, body: body, onHead: onHead)
    }

    func call(_ call: Call, _ customer: Customer, headers: HTTPHeaders = [:]) async throws -> Answer {
        try await post(call.body, customer, to: call.path, headers: headers)
    }

    func get(_ path: String, _ customer: Customer) async throws -> Answer {
        try await HTTP.send(.GET, url + path, headers: ["authorization": "Bearer \(customer.secret)"])
    }
}
