import AsyncHTTPClient
import NIOCore
import RelayDomain
import RelayMetrics
import RelayPayments

/// Reaches every endpoint of every network, and asks the relay that may be running whether the addresses hold what its books say.
enum PaymentInspection {
    /// How far this machine's clock and a chain's newest block may be apart when nothing is wrong: blocks of every network come faster.
    private static let greatestSkewMilliseconds: Int64 = 120_000

    static func run(_ settings: Settings, variables: [String: String]) async throws -> [Inspection.Finding] {
        guard !settings.payments.networks.isEmpty else { return [] }
        let payments = Payments(settings.payments, now: SystemClock.now, metrics: PrometheusRegistry())
        let inspected = await payments.inspect()
        await payments.close()
        let byHand = settings.payments.networks.filter(\.endpoints.isEmpty).map { network in
            finding(network.network, nil, true, "\(count(network)); without an endpoint: you confirm every payment by hand")
        }
        return byHand + inspected.flatMap { findings($0, $1) } + (try await balances(settings, variables))
    }

    static func findings(_ settings: NetworkSettings, _ inspection: NetworkInspection) -> [Inspection.Finding] {
        var findings = inspection.endpoints.map { endpoint in
            switch endpoint.outcome {
            case .success(let state):
                let fault = clockFault(state.ageMilliseconds)
                return finding(settings.network, endpoint.name, fault == nil, fault ?? words(state))
            // Its description begins with the endpoint's name.
            case .failure(let failure):
                return finding(settings.network, endpoint.name, false, "\(failure.kind.rawValue): \(failure.detail)")
            }
        }
        if !inspection.isOneChain {
            findings.append(finding(settings.network, nil, false, "its endpoints are of different chains"))
        }
        if settings.endpoints.count == 1 {
            findings.append(
                finding(
                    settings.network, nil, true, "\(count(settings)); one endpoint alone is believed whatever it says: name a second one"))
        } else {
            findings.append(finding(settings.network, nil, true, count(settings)))
        }
        return findings
    }

    private static func count(_ settings: NetworkSettings) -> String {
        settings.addresses.count == 1 ? "one address" : "\(settings.addresses.count) addresses, each once"
    }

    private static func words(_ state: NetworkInspection.State) -> String {
        let final = state.final.map { "\($0) final" } ?? "it does not tell what is final: blocks are counted"
        return "chain \(state.chainID), \(state.decimals) decimals, block \(state.head), \(final)"
    }

    private static func clockFault(_ age: Int64) -> String? {
        if age > greatestSkewMilliseconds { return "its newest block is \(age / 1_000) s old: it lags, or this machine's clock is ahead" }
        if age < -greatestSkewMilliseconds { return "its newest block is of \(-age / 1_000) s hence: this machine's clock is behind" }
        return nil
    }

    /// What the running relay's scanners saw last. That none is running is no fault.
    private static func balances(_ settings: Settings, _ variables: [String: String]) async throws -> [Inspection.Finding] {
        guard let token = try? DataDirectory(path: settings.dataDirectory).adminToken(variables: variables) else { return [] }
        let networks = try await HTTPClient.withTemporary(connectSeconds: 5) { http in
            try? await AdminClient(http: http, endpoint: settings.admin, token: token).get(["networks"])
        }
        return findings(networks?.value?["data"].items ?? [])
    }

    /// - Parameter networks: as the admin API lists them. One whose balance nobody has read yet is not spoken of.
    static func findings(_ networks: [JSONValue]) -> [Inspection.Finding] {
        networks.compactMap { network in
            guard let name = network["network"].string, let chain = network["balance"].string,
                let books = network["expected_balance"].string
            else { return nil }
            let detail = "\(chain) on the chain, \(books) by the books, at \(network["balance_at"].text)"
            return Inspection.Finding(name: "balance \(name)", isOK: chain == books, detail: detail)
        }
    }

    private static func finding(_ network: PaymentNetwork, _ endpoint: String?, _ isOK: Bool, _ detail: String) -> Inspection.Finding {
        let name = "payments \(network.rawValue)"
        return Inspection.Finding(name: endpoint.map { "\(name) \($0)" } ?? name, isOK: isOK, detail: detail)
    }
}
