import Foundation
import RelaySimulation
import RelayTestKit
import Testing

/// Nodes that crash, pause, lose replies and jump in time, against a naive model of the books. `make simulate` runs it for longer.
@Suite(.serialized) struct SimulationTests {
    private static let variables = ProcessInfo.processInfo.environment
    /// Events in one world: then another one begins, so that the books that are compared at each rest stay small.
    private static let stepsOfWorld = 10_000

    /// Runs a world on a thread of its own: it takes seconds without a pause, and other tests wait for what runs on the shared ones.
    private func run(_ seed: UInt64, steps: Int = stepsOfWorld, mutant: Mutant? = nil) async throws -> Simulation {
        let simulation = try Simulation(seed: seed, mutant: mutant)
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let thread = Thread { continuation.resume(with: Result { try simulation.run(steps: steps) }) }
            thread.stackSize = 4 << 20
            thread.start()
        }
        return simulation
    }

    @Test("The books stay what they must be, whatever fails in whatever order", arguments: 1...4 as ClosedRange<UInt64>)
    func fixed(seed: UInt64) async throws {
        _ = try await run(seed)
    }

    @Test("The same with seeds that nobody has tried", arguments: 1...12)
    func random(round: Int) async throws {
        var seeds = SeededGenerator().round(round)
        let seed = seeds.next() >> 24
        print("simulation: seed \(seed)")
        _ = try await run(seed)
    }

    @Test("The same seed gives the same events and the same database")
    func determinism() async throws {
        let seed: UInt64 = 7
        let (one, other) = (try await run(seed), try await run(seed))
        #expect(one.counts == other.counts)
        #expect(try one.digest() == other.digest())
        #expect(try await one.digest() != run(seed + 1).digest())
    }

    @Test("It finds each defect that is put in on purpose", arguments: Mutant.allCases)
    func mutant(_ mutant: Mutant) async throws {
        var steps = 0
        for seed in 1...6 as ClosedRange<UInt64> {
            do {
                steps += try await run(seed, steps: 4_000, mutant: mutant).step
            } catch let failure as SimulationFailure {
                print("simulation: \(mutant) found after \(steps + failure.step) steps: \(failure.message.prefix(200))")
                return
            }
        }
        Issue.record("\(mutant) was not found within \(steps) steps")
    }

    @Test("For as long as it is told to", .enabled(if: Self.variables["NEXRELAY_SIMULATION_STEPS"] != nil))
    func long() async throws {
        let steps = try #require(Self.variables["NEXRELAY_SIMULATION_STEPS"].flatMap(Int.init))
        let first = Self.variables["NEXRELAY_SIMULATION_SEED"].flatMap(UInt64.init) ?? .random(in: 1...(1 << 40))
        var counts: [String: Int] = [:]
        let start = ContinuousClock.now
        var left = steps
        var seed = first
        while left > 0 {
            let simulation = try await run(seed, steps: min(left, Self.stepsOfWorld))
            counts.merge(simulation.counts, uniquingKeysWith: +)
            left -= Self.stepsOfWorld
            seed += 1
        }
        let seconds = Double((ContinuousClock.now - start).components.seconds)
        for (what, count) in counts.sorted(by: { $0.key < $1.key }) { print("simulation: \(count) \(what)") }
        print("simulation: seeds \(first)...\(seed - 1), \(steps) steps, \(Int(Double(steps) / max(1, seconds))) a second")
    }
}
