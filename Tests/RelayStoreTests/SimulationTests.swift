import Foundation
import RelaySimulation
import RelayTestKit
import Testing

/// Nodes that crash, pause, lose replies and jump in time, against a naive model of the books. `make simulate` runs it for longer.
@Suite struct SimulationTests {
    private static let variables = ProcessInfo.processInfo.environment
    /// Events in one world: then another one begins, so that the books that are compared at each rest stay small.
    private static let stepsOfWorld = 10_000

    private func run(_ seed: UInt64, steps: Int) throws -> Simulation {
        let simulation = try Simulation(seed: seed)
        try simulation.run(steps: steps)
        return simulation
    }

    @Test("The books stay what they must be, whatever fails in whatever order", arguments: 1...4 as ClosedRange<UInt64>)
    func fixed(seed: UInt64) throws {
        _ = try run(seed, steps: 3_000)
    }

    @Test("The same with a seed that nobody has tried")
    func random() throws {
        var seeds = SeededGenerator()
        for _ in 0..<4 {
            let seed = seeds.next() >> 16
            print("simulation: seed \(seed)")
            _ = try run(seed, steps: 3_000)
        }
    }

    @Test("The same seed gives the same events and the same database")
    func determinism() throws {
        let seed: UInt64 = 7
        let (one, other) = (try run(seed, steps: 2_500), try run(seed, steps: 2_500))
        #expect(one.counts == other.counts)
        #expect(try one.digest() == other.digest())
        #expect(try one.digest() != run(seed + 1, steps: 2_500).digest())
    }

    @Test("It finds each defect that is put in on purpose", arguments: Mutant.allCases)
    func mutant(_ mutant: Mutant) throws {
        var steps = 0
        for seed in 1...6 as ClosedRange<UInt64> {
            let simulation = try Simulation(seed: seed, mutant: mutant)
            do {
                try simulation.run(steps: 4_000)
                steps += simulation.step
            } catch {
                print("simulation: \(mutant) found after \(steps + simulation.step) steps: \("\(error)".prefix { $0 != "\n" })")
                return
            }
        }
        Issue.record("\(mutant) was not found within \(steps) steps")
    }

    @Test("For as long as it is told to", .enabled(if: Self.variables["NEXRELAY_SIMULATION_STEPS"] != nil))
    func long() throws {
        let steps = try #require(Self.variables["NEXRELAY_SIMULATION_STEPS"].flatMap(Int.init))
        let first = Self.variables["NEXRELAY_SIMULATION_SEED"].flatMap(UInt64.init) ?? .random(in: 1...(1 << 40))
        var counts: [String: Int] = [:]
        let start = ContinuousClock.now
        var left = steps
        var seed = first
        while left > 0 {
            let simulation = try run(seed, steps: min(left, Self.stepsOfWorld))
            counts.merge(simulation.counts, uniquingKeysWith: +)
            left -= Self.stepsOfWorld
            seed += 1
        }
        let seconds = Double((ContinuousClock.now - start).components.seconds)
        for (what, count) in counts.sorted(by: { $0.key < $1.key }) { print("simulation: \(count) \(what)") }
        print("simulation: seeds \(first)...\(seed - 1), \(steps) steps, \(Int(Double(steps) / max(1, seconds))) a second")
    }
}
