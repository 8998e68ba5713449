import Foundation
import Glibc
import RelayTestKit
import Synchronization

/// A process that a test started, with its output in files. It is ended by its id, and never outlives this value.
final class ChildProcess: Sendable {
    enum Exit: Hashable, Sendable {
        case code(Int32)
        case signal(Int32)
    }

    private struct State {
        var exit: Exit?
        var waiters: [CheckedContinuation<Exit, Never>] = []
    }

    let id: pid_t
    let outputFile: String
    let errorFile: String
    private let state = Mutex(State())

    /// - Parameters:
    ///   - environment: added to this process's own.
    ///   - files: a path with `.out` and `.err` behind it. Both are appended to, so that a restart keeps what was said before.
    ///   - preparation: a shell's command, run in the same process before the program.
    init(
        _ program: String, _ arguments: [String], folder: String, environment: [String: String] = [:], files: String,
        preparation: String = ":"
    ) throws {
        outputFile = files + ".out"
        errorFile = files + ".err"
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("NEXRELAY_") && $0.key != "OPENAI_API_KEY" }
        variables.merge(environment) { _, new in new }
        // `exec` keeps the process's id.
        let shell = ["/bin/sh", "-c", "\(preparation) && cd \"$0\" && exec \"$@\"", folder, program]
        id = try Subprocess.spawn(shell + arguments, environment: variables, output: outputFile, errors: errorFile)
        Thread.detachNewThread { [self] in reap() }
    }

    deinit { if exit == nil { kill(id, SIGKILL) } }

    var exit: Exit? { state.withLock { $0.exit } }

    var output: String { Self.text(outputFile) }
    var errors: String { Self.text(errorFile) }

    func send(_ signal: Int32) { if exit == nil { kill(id, signal) } }

    func waitForExit() async -> Exit {
        await withCheckedContinuation { continuation in
            let exit = state.withLock { state in
                if state.exit == nil { state.waiters.append(continuation) }
                return state.exit
            }
            if let exit { continuation.resume(returning: exit) }
        }
    }

    /// Resident memory in bytes.
    var residentBytes: Int {
        let status = Self.text("/proc/\(id)/status")
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.split(separator: " ", omittingEmptySubsequences: true).dropLast().last ?? "") }.map { $0 << 10 } ?? 0
    }

    private func reap() {
        let exit: Exit =
            switch Subprocess.reap(id) {
            case .code(let code): .code(code)
            case .signal(let signal): .signal(signal)
            }
        let waiters = state.withLock { state in
            state.exit = exit
            defer { state.waiters = [] }
            return state.waiters
        }
        waiters.forEach { $0.resume(returning: exit) }
    }

    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

extension ChildProcess {
    /// Runs a program to its end.
    static func run(
        _ program: String, _ arguments: [String], folder: String, environment: [String: String] = [:]
    ) async throws -> (exit: Exit, output: String, errors: String) {
        let files = folder + "/run-\(UUID().uuidString)"
        defer { for kind in [".out", ".err"] { try? FileManager.default.removeItem(atPath: files + kind) } }
        let child = try ChildProcess(program, arguments, folder: folder, environment: environment, files: files)
        let exit = await child.waitForExit()
        return (exit, child.output, child.errors)
    }
}
