import NIOCore
import RelayDomain

/// The pools of one event loop, and the table, common to all loops, that says which of them to call.
final class UpstreamSet {
    let routing: RoutingTable
    /// In the order of the table's targets.
    private let pools: [UpstreamPool]

    init(_ targets: [UpstreamTarget], routing: RoutingTable, eventLoop: any EventLoop, loopCount: Int, limits: GatewayLimits) {
        self.routing = routing
        pools = targets.map { target in
            UpstreamPool(
                upstream: target, eventLoop: eventLoop, connectionLimit: target.maxConnections / loopCount,
                queueLimit: limits.upstreamQueue / loopCount, idleSeconds: limits.upstreamIdleSeconds,
                ageSeconds: limits.upstreamAgeSeconds)
        }
    }

    func pool(_ index: Int) -> UpstreamPool { pools[index] }

    func tick(now: NIODeadline) { pools.forEach { $0.tick(now: now) } }

    func retire() { pools.forEach { $0.retire() } }
}
