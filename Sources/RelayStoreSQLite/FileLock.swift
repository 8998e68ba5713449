import Glibc
import RelayStore
import Synchronization

/// An advisory lock on a file, which the kernel gives back when the process ends, however it ends.
final class FileLock: Sendable {
    private let descriptor: Mutex<CInt?>

    /// - Throws: ``StoreFailure`` when another process has it.
    init(path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreFailure(.unavailable, "cannot open \(path): \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            throw StoreFailure(.unavailable, "another process owns the database: \(path) is locked")
        }
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    func release() {
        descriptor.withLock { descriptor in
            if let open = descriptor {
                // A child that is being started has the descriptor too until it runs its program, and with it the lock.
                flock(open, LOCK_UN)
                Glibc.close(open)
            }
            descriptor = nil
        }
    }
}
