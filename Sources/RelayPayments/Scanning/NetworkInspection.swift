public import RelayDomain
import RelayStore

/// What `nexrelay check` tells of a network.
public struct NetworkInspection: Sendable {
    /// One endpoint: everything, or why not.
    public struct Endpoint: Sendable {
        /// By host and number.
        public let name: String
        public let outcome: Result<State, RPCFailure>
    }

    public struct State: Hashable, Sendable {
        public let chainID: UInt64
        /// The first block's hash.
        public let genesis: String
        public let decimals: Int
        public let head: Int64
        /// nil where the node does not tell what is final.
        public let final: Int64?
        /// How much older the newest block is than this machine's clock says it is now; below 0 where this clock is behind.
        public let ageMilliseconds: Int64
    }

    public let network: PaymentNetwork
    /// In the order of the configuration.
    public let endpoints: [Endpoint]

    /// Whether every endpoint that answers is of the same chain.
    public var isOneChain: Bool { Set(endpoints.compactMap { try? $0.outcome.get().genesis }).count <= 1 }
}

extension ChainWatch {
    /// Asks every endpoint, all at once, and puts none aside.
    public func inspect() async -> NetworkInspection {
        let found = await withTaskGroup(of: (Int, NetworkInspection.Endpoint).self) { group in
            for (index, endpoint) in endpoints.enumerated() {
                group.addTask { (index, NetworkInspection.Endpoint(name: endpoint.name, outcome: await self.inspect(endpoint))) }
            }
            var found: [(Int, NetworkInspection.Endpoint)] = []
            for await endpoint in group { found.append(endpoint) }
            return found
        }
        return NetworkInspection(network: watched.network, endpoints: found.sorted { $0.0 < $1.0 }.map(\.1))
    }

    private func inspect(_ endpoint: RPCEndpoint) async -> Result<NetworkInspection.State, RPCFailure> {
        do {
            let identity = try await endpoint.identity(as: watched)
            let head = try await endpoint.block(.latest)
            let age = clock.now().milliseconds - head.at.milliseconds
            var final: Int64?
            do {
                final = try await endpoint.block(.finalized).number
            } catch  where error.kind == .unsupported {}
            return .success(
                NetworkInspection.State(
                    chainID: identity.chainID, genesis: identity.genesis, decimals: watched.decimals, head: head.number, final: final,
                    ageMilliseconds: age))
        } catch {
            return .failure(error)
        }
    }
}
