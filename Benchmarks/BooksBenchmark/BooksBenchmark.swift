import Foundation

/// Fills a database with receipts, reconciles it while it is written to, and admits requests beside as many and beside none; then measures
/// what sealing costs. A JSON line for each figure, and a line `begin` before each.
///
///     BooksBenchmark RECEIPTS EMPTY FULL [SECONDS]
///
/// EMPTY and FULL are databases that nobody has used yet: files to be made, or URLs of PostgreSQL's. SECONDS is how long each load lasts
/// that seals are measured by.
@main struct BooksBenchmark {
    private static let usage = "usage: BooksBenchmark RECEIPTS EMPTY FULL [SECONDS], at least \(BooksFiller.accounts) receipts\n"
    private static let sealingRounds = 5

    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard (3...4).contains(arguments.count), let receipts = Int64(arguments[0]), receipts >= BooksFiller.accounts,
            let loadSeconds = arguments.count == 4 ? Double(arguments[3]) : 3
        else {
            FileHandle.standardError.write(Data(usage.utf8))
            exit(64)
        }
        let empty = try await Bench(location: arguments[1], receipts: 0)
        let full = try await Bench(location: arguments[2], receipts: receipts)
        try await report("seal", receipts) { ["seconds": try await seconds { try await full.seal() }] }
        for _ in 0..<3 {
            try await report("admission", 0) { try await empty.admissions() }
            try await report("admission", receipts) { try await full.admissions() }
        }
        let before = Memory.forgetPeak()
        try await report("reconciliation", receipts) {
            let seconds = try await seconds { try await full.reconcile() }
            return ["seconds": seconds, "peakMiB": Memory.read("VmHWM"), "beforeMiB": before]
        }
        async let reconciliation: Void = full.reconcile()
        try await report("admission during reconciliation", receipts) { try await full.admissions() }
        try await reconciliation
        try await full.close()
        try await report("settlement batches", 0) { try await empty.batches() }
        for round in 0..<sealingRounds {
            // Another one begins each round, so that none always follows the same other.
            let start = round % Sealing.allCases.count
            for sealing in Sealing.allCases[start...] + Sealing.allCases[..<start] {
                let load = SealingLoad(sealing, on: empty, seconds: loadSeconds)
                try await report("load, \(sealing.rawValue)", 0) { try await load.run() }
                try await load.finish()
            }
        }
        try await empty.close()
    }

    private static func report(_ name: String, _ receipts: Int64, _ measure: @Sendable () async throws -> [String: Double]) async throws {
        print("{\"name\":\"begin\"}")
        fflush(nil)
        let figures = try await measure()
        let values = figures.sorted { $0.key < $1.key }.map { "\"\($0)\":\(($1 * 1_000).rounded() / 1_000)" }
        print("{\"name\":\"\(name)\",\"receipts\":\(receipts),\(values.joined(separator: ","))}")
        fflush(nil)
    }

    private static func seconds(_ work: () async throws -> Void) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        try await work()
        return (clock.now - start) / .seconds(1)
    }
}
