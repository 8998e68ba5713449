import Foundation

/// Says on a terminal, while something takes its time, what it is and for how long it has been going on. Nothing where nobody looks.
enum WaitingLine {
    static func during<T: Sendable>(_ what: String, _ work: () async throws -> T) async throws -> T {
        guard isatty(STDERR_FILENO) != 0 else { return try await work() }
        let line = Task {
            let clock = ContinuousClock()
            let start = clock.now
            while true {
                try await Task.sleep(for: .seconds(1))
                StandardOutput.progress("\(what): \(start.duration(to: clock.now).components.seconds) s")
            }
        }
        defer {
            line.cancel()
            StandardOutput.progress("")
        }
        return try await work()
    }
}
