import Testing

/// Tests of the real program: real sockets, a real database, real clients.
///
/// They run one after another, since each of them would like the whole machine. Most share one relay and one simulated upstream.
@Suite("End to end", .serialized, .servedByOneRelay)
struct EndToEnd {
    static var relay: RelayProcess { get throws { try SharedRelay.shared().relay } }
    static var simulator: SimulatorProcess { get throws { try SharedRelay.shared().simulator } }
}
