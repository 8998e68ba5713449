public import Foundation
import Glibc

/// Programs as the tests start them: without a shell's surprises, with what they say in files.
///
/// Files and not pipes: of two that are started at the same moment one could inherit the other's pipe, and keep it open.
public enum Subprocess {
    public enum Exit: Hashable, Sendable {
        case code(Int32)
        case signal(Int32)
    }

    /// - Parameters:
    ///   - arguments: the program's path first.
    ///   - environment: all of it.
    ///   - output: a file that is appended to, as is `errors`.
    /// - Throws: a ``TestKitFailure`` where it cannot be started.
    public static func spawn(_ arguments: [String], environment: [String: String], output: String, errors: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of a test run block signals, and a child would inherit that.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var id = pid_t()
        let code = posix_spawn(&id, arguments[0], &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw TestKitFailure("\(arguments[0]) cannot be started: \(String(cString: strerror(code)))") }
        return id
    }

    /// Waits for the end of a child, and takes it off the system's list.
    public static func reap(_ id: pid_t) -> Exit {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? .code(status >> 8 & 0xFF) : .signal(status & 0x7F)
    }

    /// Runs a program to its end, on this thread.
    /// - Parameter environment: added to this process's own, less what would steer PostgreSQL's programs.
    /// - Returns: what it printed.
    /// - Throws: a ``TestKitFailure`` where it ends with another code than 0.
    @discardableResult
    public static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Data {
        let files = FileManager.default.temporaryDirectory.appending(path: "nexrelay-run-\(UUID().uuidString)").path
        defer { for kind in [".out", ".err"] { unlink(files + kind) } }
        let id = try spawn(
            arguments, environment: inherited.merging(environment) { $1 }, output: files + ".out", errors: files + ".err")
        let exit = reap(id)
        guard exit == .code(0) else {
            let said = [".err", ".out"].compactMap { FileManager.default.contents(atPath: files + $0) }.map {
                String(decoding: $0, as: UTF8.self)
            }
            throw TestKitFailure("\(arguments.joined(separator: " ")) ended with \(exit): \(said.joined())")
        }
        return FileManager.default.contents(atPath: files + ".out") ?? Data()
    }

    private static var inherited: [String: String] {
        ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") && !$0.key.hasPrefix("NEXRELAY_") }
    }
}
