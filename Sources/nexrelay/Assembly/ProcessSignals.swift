@preconcurrency import Dispatch
import Glibc

/// The signals that steer a process that serves.
struct ProcessSignals: Sendable {
    enum Event: Hashable, Sendable {
        /// Drain and stop.
        case stop
        /// Read the configuration again.
        case reload
    }

    /// Events as they come.
    let events: AsyncStream<Event>

    /// Takes the signals from now on, instead of the system's default, which is to die of them. SIGPIPE is ignored: a connection that
    /// broke is an error of the write.
    /// - Parameter hangup: what SIGHUP asks for.
    static func trap(hangup: Event) async -> ProcessSignals {
        signal(SIGPIPE, SIG_IGN)
        let (events, continuation) = AsyncStream<Event>.makeStream(bufferingPolicy: .bufferingNewest(16))
        let sources = [(SIGTERM, Event.stop), (SIGINT, .stop), (SIGHUP, hangup)].map { number, event in
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { continuation.yield(event) }
            return source
        }
        // A program that was started with a signal ignored (nohup, a shell's background job) still takes it.
        for number in [SIGTERM, SIGINT, SIGHUP] { signal(number, SIG_DFL) }
        for source in sources {
            await withCheckedContinuation { registered in
                source.setRegistrationHandler { registered.resume() }
                source.resume()
            }
        }
        // They live as long as someone listens.
        continuation.onTermination = { _ in for source in sources { source.cancel() } }
        return ProcessSignals(events: events)
    }

    /// Returns at the first that asks to stop.
    func waitForStop() async {
        for await event in events where event == .stop { return }
    }

    private static let queue = DispatchQueue(label: "nexrelay.signals")
}
