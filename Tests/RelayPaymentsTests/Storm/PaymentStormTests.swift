import AsyncHTTPClient
import Foundation
import RelayPayments
import RelayTestKit
import Testing

/// Hundreds of orders and transfers, random faults and restarts, then the arithmetic. `make storm` runs it for longer.
@Suite(.serialized) struct PaymentStormTests {
    private static let variables = ProcessInfo.processInfo.environment
    private static let endpoints = 3
    /// Where the chain's clock stands at first.
    private static let clock: Int64 = 1_800_000_000

    private func withHTTP(_ body: (HTTPClient) async throws -> Void) async throws {
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPTransport.configuration)
        do {
            try await body(http)
        } catch {
            try? await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }

    private func chain() throws -> TestChain {
        try TestChain(endpoints: Self.endpoints, final: PaymentStorm.final, clock: Self.clock)
    }

    private static func seed() -> UInt64 {
        variables["NEXRELAY_STORM_SEED"].flatMap(UInt64.init) ?? .random(in: 1...(1 << 40))
    }

    @discardableResult
    private func storm(_ seed: UInt64, orders: Int, on kind: StormBooks.Kind, nodes: Int, http: HTTPClient) async throws -> [String: Int] {
        print("storm: seed \(seed), \(orders) orders, \(kind.rawValue), nodes: \(nodes)")
        let storm = try PaymentStorm(seed, on: kind, nodes: nodes, chain: try chain(), http: http)
        try await storm.run(orders: orders)
        return await storm.counts
    }

    @Test(
        "Whatever is paid, broken and restarted, each order is credited once or waits for its reason, and the sums are the chain's",
        arguments: [(StormBooks.Kind.sqlite, 1, 100), (.sqlite, 2, 40), (.postgres, 2, 40)])
    func short(kind: StormBooks.Kind, nodes: Int, orders: Int) async throws {
        try await withHTTP { http in
            let counts = try await storm(Self.seed(), orders: orders, on: kind, nodes: nodes, http: http)
            // Everything has really happened; in a short one chance may leave something out.
            guard orders >= 100 else { return }
            for word in ["placed", "paid", "caught up", "reorganised", "endpoint broken", "node died"] {
                #expect(counts[word, default: 0] > 0, "\(word)")
            }
        }
    }

    /// Each has to be found by one of some seeds.
    private func find(_ mutants: [StormMutant], http: HTTPClient) async throws {
        let chain = try chain()
        for mutant in mutants {
            var finding: String?
            for seed in 1...10 as ClosedRange<UInt64> where finding == nil {
                do {
                    let storm = try PaymentStorm(seed, on: .sqlite, nodes: 1, chain: chain, http: http, mutant: mutant)
                    try await storm.run(orders: 40)
                } catch let failure as StormFailure {
                    finding = "with seed \(seed): \(failure.message.prefix(160))"
                }
            }
            print("storm: \(mutant) found \(finding ?? "never")")
            #expect(finding != nil, "\(mutant)")
        }
    }

    @Test("It finds defects that are put in on purpose")
    func mutants() async throws {
        try await withHTTP { try await find(StormMutant.obvious, http: $0) }
    }

    @Test("For as long as it is told to", .enabled(if: Self.variables["NEXRELAY_STORM_ORDERS"] != nil))
    func long() async throws {
        let orders = try #require(Self.variables["NEXRELAY_STORM_ORDERS"].flatMap(Int.init))
        let seed = Self.seed()
        var counts: [String: Int] = [:]
        try await withHTTP { http in
            for (kind, nodes) in [(StormBooks.Kind.sqlite, 1), (.sqlite, 2), (.postgres, 2)] {
                counts.merge(try await storm(seed, orders: orders, on: kind, nodes: nodes, http: http), uniquingKeysWith: +)
            }
        }
        try await withHTTP { try await find(StormMutant.allCases, http: $0) }
        for (what, count) in counts.sorted(by: { $0.key < $1.key }) { print("storm: \(count) \(what)") }
    }
}
