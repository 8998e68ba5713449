import Crypto
import Foundation
import Logging
import RelayDomain
import RelayStore
import RelayStoreSQLite

/// Fills a database with receipts, reconciles it while it is written to, and admits requests beside as many and beside none: a JSON line for
/// each figure.
///
///     BooksBenchmark RECEIPTS [FOLDER]
@main struct BooksBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 1, let receipts = Int64(arguments[1]), receipts >= BooksFiller.accounts else {
            FileHandle.standardError.write(Data("usage: BooksBenchmark RECEIPTS [FOLDER], at least \(BooksFiller.accounts)\n".utf8))
            exit(64)
        }
        let folder = arguments.count > 2 ? URL(filePath: arguments[2]) : FileManager.default.temporaryDirectory
        let path = folder.appending(path: "books-benchmark-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let empty = try Bench(path: path + "/empty.db", receipts: 0)
        let full = try Bench(path: path + "/full.db", receipts: receipts)
        report("seal", receipts, ["seconds": try await seconds { try await full.seal() }])
        for _ in 0..<3 {
            report("admission", 0, try await empty.admissions())
            report("admission", receipts, try await full.admissions())
        }
        report("settlement batches", 0, try await empty.batches())
        let before = Memory.forgetPeak()
        let seconds = try await seconds { try await full.reconcile() }
        report("reconciliation", receipts, ["seconds": seconds, "peakMiB": Memory.read("VmHWM"), "beforeMiB": before])
        async let reconciliation: Void = full.reconcile()
        report("admission during reconciliation", receipts, try await full.admissions())
        try await reconciliation
        try await empty.close()
        try await full.close()
    }

    private static func report(_ name: String, _ receipts: Int64, _ figures: [String: Double]) {
        let values = figures.sorted { $0.key < $1.key }.map { "\"\($0)\":\(($1 * 1_000).rounded() / 1_000)" }
        print("{\"name\":\"\(name)\",\"receipts\":\(receipts),\(values.joined(separator: ","))}")
    }

    private static func seconds(_ work: () async throws -> Void) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        try await work()
        return (clock.now - start) / .seconds(1)
    }
}

/// Books, a writer on them, and what is asked of both.
final class Bench: Sendable {
    private static let rounds = 1_000
    private let store: SQLiteStore
    private let writer: LedgerWriter
    private let reader: LedgerReader
    private let code: MessageCode
    private let first: Int64

    init(path: String, receipts: Int64) throws {
        var logger = Logger(label: "benchmark")
        logger.logLevel = .error
        let key = SymmetricKey(size: .bits256)
        let code: MessageCode = { Array(HMAC<SHA256>.authenticationCode(for: $0, using: key)) }
        let store = try SQLiteStore(path: path, logger: logger)
        try BooksFiller.fill(store, receipts: receipts)
        writer = LedgerWriter(ledger: BooksFiller.ledger, logger: logger)
        writer.start(
            on: NodeSession(store.writerSession(), name: "benchmark", isShared: false, dialect: .sqlite, now: { BooksFiller.end }))
        reader = LedgerReader(source: store, journalCode: code)
        self.store = store
        self.code = code
        first = receipts
    }

    func seal() async throws { _ = try await JournalSealer(reader: reader, writer: writer, code: code).run() }

    func reconcile() async throws {
        let reconciliation = try await reader.reconcile(at: BooksFiller.end)
        guard reconciliation.isSatisfied else {
            fatalError("the books are wrong: \(reconciliation.checks.filter { !$0.isSatisfied })")
        }
    }

    /// One request after the other, of any wallet.
    func admissions() async throws -> [String: Double] {
        let clock = ContinuousClock()
        var times: [Double] = []
        for round in 0..<Self.rounds {
            let request = RequestID(high: UInt64(BooksFiller.end.milliseconds) << 16, low: .random(in: .min ... .max))
            let wallet = Int64(round * 37) % BooksFiller.accounts
            let start = clock.now
            let reply = await writer.perform(BooksFiller.admission(request, by: wallet))
            times.append((clock.now - start) / .microseconds(1))
            guard case .admitted = reply else { fatalError("not admitted: \(reply)") }
            _ = await writer.perform(BooksFiller.settlement(request, of: wallet))
        }
        times.sort()
        return ["p50Microseconds": times[times.count / 2], "p99Microseconds": times[times.count * 99 / 100]]
    }

    /// Settlements as they come in batches: what a batch costs the writer's thread.
    func batches() async throws -> [String: Double] {
        await writer.stop()
        let session = store.writerSession()
        let clock = ContinuousClock()
        var times: [Double] = []
        for _ in 0..<200 {
            let requests = (0..<128 as Range<Int64>).map { wallet in
                (RequestID(high: UInt64(BooksFiller.end.milliseconds) << 16, low: .random(in: .min ... .max)), wallet)
            }
            _ = try BatchScript().run(requests.map(BooksFiller.admission), by: BooksFiller.ledger, on: session)
            let start = clock.now
            _ = try BatchScript().run(requests.map(BooksFiller.settlement), by: BooksFiller.ledger, on: session)
            times.append((clock.now - start) / .microseconds(1))
        }
        times.sort()
        return ["p50Microseconds": times[100], "p10Microseconds": times[20]]
    }

    func close() async throws {
        await writer.stop()
        try store.close()
    }
}

/// The process' memory, in MiB.
enum Memory {
    /// Has the kernel begin its peak anew.
    /// - Returns: what is in memory now.
    static func forgetPeak() -> Double {
        try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
        return read("VmRSS")
    }

    /// - Parameter name: `VmRSS`, or `VmHWM` for the peak.
    static func read(_ name: String) -> Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
        let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
        return (kibibytes ?? 0) / 1_024
    }
}
