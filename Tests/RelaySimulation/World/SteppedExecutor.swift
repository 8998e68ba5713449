import Synchronization

/// Runs the jobs of tasks when it is told to, on whatever thread tells it: what is `async` takes its turns like everything else.
final class SteppedExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// Runs what can be run, in the order in which it became ready, until nothing is left.
    func drain() {
        while let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Runs `body` to its end. It must not wait for anything but what is already decided.
    func complete<T>(_ body: @escaping () async throws -> T) throws -> T {
        let box = Box<T>()
        nonisolated(unsafe) let work = body
        Task(executorPreference: self) {
            do { box.result = .success(try await work()) } catch { box.result = .failure(error) }
        }
        drain()
        guard let result = box.result else { preconditionFailure("a read of the simulation waits for something") }
        return try result.get()
    }
}

/// Carries a value out of a task that runs on the same thread.
private final class Box<T>: @unchecked Sendable {
    var result: Result<T, any Error>?
}
