import Logging
import RelayDomain
import RelayStore

/// The endpoints of one network, in the order of the configuration: the first that works is asked, the next one is the witness.
actor EndpointPool {
    private struct Member {
        let endpoint: RPCEndpoint
        var backOff = BackOff()
        /// Which chain it is; unknown at first, and again after every failure: what answers next may be another machine.
        var identity: ChainIdentity?
        /// Whether it has ever told what is final, and whether it was said that it does not.
        var tellsFinal = false
        var isCounted = false
        var lastFailure: RPCFailure?
    }

    private let watched: WatchedNetwork
    private var members: [Member]
    private let clock: ScanClock
    private let metrics: ChainMetrics
    private let logger: Logger

    init(_ watched: WatchedNetwork, _ endpoints: [RPCEndpoint], clock: ScanClock, metrics: ChainMetrics, logger: Logger) {
        self.watched = watched
        members = endpoints.map { Member(endpoint: $0) }
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
    }

    /// The endpoints to ask now: two of them, unless a single one is configured.
    /// - Throws: ``ScanFault``.
    func panel() async throws(ScanFault) -> Panel {
        var standings: [EndpointStanding] = []
        for index in members.indices where standings.count < 2 && members[index].backOff.isOver(at: clock.uptime()) {
            do {
                standings.append(try await standing(of: index))
            } catch {
                failed(error)
            }
        }
        guard let primary = standings.first else { throw .noEndpoint(members.compactMap(\.lastFailure)) }
        guard standings.count == min(members.count, 2) else { throw .noWitness(members.compactMap(\.lastFailure)) }
        do {
            return try Panel(primary: primary, witness: standings.dropFirst().first)
        } catch {
            // Both have to show their chains again, so that it ends when the wrong one is put right.
            for index in members.indices { members[index].identity = nil }
            throw error
        }
    }

    /// What an endpoint did; it is left alone for a while, and has to show its chain again.
    func failed(_ failure: RPCFailure) {
        // A question that was broken off, as at the program's end, says nothing about whom it was put to.
        guard !Task.isCancelled, let index = members.firstIndex(where: { $0.endpoint.name == failure.endpoint }) else { return }
        // One line when it begins; while it goes on the metric counts.
        if members[index].lastFailure?.kind != failure.kind { log(failure) }
        members[index].backOff.failed(at: clock.uptime(), random: clock.random)
        members[index].identity = nil
        members[index].lastFailure = failure
        metrics.failed(failure.kind)
    }

    /// A whole look at the chain went well with these.
    func succeeded(_ panel: Panel) {
        for index in members.indices where panel.names.contains(members[index].endpoint.name) {
            if members[index].lastFailure != nil {
                logger.notice("an endpoint works again", metadata: ["endpoint": "\(members[index].endpoint.name)"])
            }
            members[index].backOff.succeeded()
            members[index].lastFailure = nil
        }
    }

    /// Whether an endpoint can be asked at once.
    var isAnyReady: Bool { members.contains { $0.backOff.isOver(at: clock.uptime()) } }

    private func log(_ failure: RPCFailure) {
        let level: Logger.Level = failure.kind == .wrongChain ? .error : .warning
        logger.log(level: level, "an endpoint of a chain failed", metadata: ["failure": "\(failure)"])
    }

    private func standing(of index: Int) async throws(RPCFailure) -> EndpointStanding {
        let endpoint = members[index].endpoint
        let identity: ChainIdentity
        if let known = members[index].identity {
            identity = known
        } else {
            identity = try await endpoint.identity(as: watched)
            members[index].identity = identity
        }
        let head = try await endpoint.block(.latest)
        let age = clock.now().milliseconds - head.at.milliseconds
        guard age <= watched.greatestAge.milliseconds else { throw endpoint.failure(.stale, "its newest block is \(age / 1_000) s old") }
        return EndpointStanding(endpoint: endpoint, identity: identity, head: head, final: try await final(of: index, head: head.number))
    }

    /// An endpoint that has told once what is final tells it, or fails: a balancer's odd node must not make payments final that are not.
    /// Only where one never did, blocks behind its newest one are counted, and it is asked again at every look.
    /// - Returns: the number of its last final block.
    private func final(of index: Int, head: Int64) async throws(RPCFailure) -> Int64 {
        let endpoint = members[index].endpoint
        switch watched.finality {
        case .behindHead(let count): return max(head - count, 0)
        case .finalized:
            do {
                let final = try await endpoint.block(.finalized).number
                members[index].tellsFinal = true
                // Nodes behind a balancer are of different age; what the older one has is on both.
                return min(final, head)
            } catch  where error.kind == .unsupported && !members[index].tellsFinal {
                if !members[index].isCounted {
                    logger.warning(
                        "an endpoint does not tell what is final: blocks behind the newest one are counted",
                        metadata: ["endpoint": "\(endpoint.name)", "blocks": "\(watched.depth)"])
                }
                members[index].isCounted = true
                return max(head - watched.depth, 0)
            }
        }
    }
}

extension RPCEndpoint {
    /// Looks whether this is the chain and the contract that are configured.
    /// - Throws: ``RPCFailure/Kind/wrongChain`` where it is another.
    func identity(as watched: WatchedNetwork) async throws(RPCFailure) -> ChainIdentity {
        let chainID = try await chainID()
        guard chainID == watched.chainID else { throw failure(.wrongChain, "chain \(chainID), configured is \(watched.chainID)") }
        let genesis = try await block(.number(0)).hash
        let decimals = try await decimals(of: watched.contract)
        guard decimals == watched.decimals else {
            throw failure(.wrongChain, "the contract has \(decimals) decimals, configured are \(watched.decimals)")
        }
        return ChainIdentity(chainID: chainID, genesis: genesis)
    }
}
