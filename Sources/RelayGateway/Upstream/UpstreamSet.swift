import NIOCore

/// The pools of one event loop, by priority, and who serves which model.
final class UpstreamSet {
    private let pools: [UpstreamPool]
    private let poolsByModel: [String: [UpstreamPool]]

    init(_ targets: [UpstreamTarget], eventLoop: any EventLoop, loopCount: Int, limits: GatewayLimits) {
        // Sorting is stable: upstreams of one priority stay in the configuration's order.
        pools = targets.sorted { $0.priority < $1.priority }.map { target in
            UpstreamPool(
                upstream: target, eventLoop: eventLoop, connectionLimit: target.maxConnections / loopCount,
                queueLimit: limits.upstreamQueue / loopCount, idleSeconds: limits.upstreamIdleSeconds)
        }
        var byModel: [String: [UpstreamPool]] = [:]
        for pool in pools {
            for model in pool.upstream.models.keys { byModel[model, default: []].append(pool) }
        }
        poolsByModel = byModel
    }

    /// The pools that serve a model, in the order in which they are tried.
    func pools(for model: String) -> [UpstreamPool] { poolsByModel[model] ?? [] }

    func tick(now: NIODeadline) { pools.forEach { $0.tick(now: now) } }

    func retire() { pools.forEach { $0.retire() } }
}
