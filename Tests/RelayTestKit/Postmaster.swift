import Foundation
import Glibc
import Synchronization

/// One run of the server's first process.
final class Postmaster: Sendable {
    private enum State {
        case starting
        case running(pid_t)
        case ended
        case failed(any Error)
    }

    private let state = Mutex(State.starting)

    /// The process has been started when this returns, and is not ready yet.
    init(_ command: [String], log: String) throws {
        // The signal at the parent's death is one at the death of the thread that started it: this thread lives as long as the process.
        Thread.detachNewThread { [self] in
            do {
                let id = try Subprocess.spawn(command, environment: ["LC_ALL": "C"], output: log, errors: log)
                state.withLock { $0 = .running(id) }
                _ = Subprocess.reap(id)
                state.withLock { $0 = .ended }
            } catch {
                state.withLock { $0 = .failed(error) }
            }
        }
        while true {
            switch state.withLock({ $0 }) {
            case .starting: usleep(1_000)
            case .failed(let error): throw error
            case .running, .ended: return
            }
        }
    }

    /// Nil once it has ended.
    var id: pid_t? {
        state.withLock { if case .running(let id) = $0 { id } else { nil } }
    }

    /// Ends it, and waits until it has ended.
    func end(by signal: Int32) {
        guard let id else { return }
        kill(id, signal)
        while self.id != nil { usleep(5_000) }
    }
}
