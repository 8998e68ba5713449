import RelayDomain
import RelayStore
import RelayTestKit
import Testing

@testable import RelayWebhooks

@Suite struct ScheduleTests {
    private func result(_ outcome: DeliveryOutcome, attempt: Int = 1, seed: UInt64 = 1) -> DeliveryResult {
        var random = SeededGenerator(seed: seed)
        return DeliverySchedule.result(of: outcome, attempt: attempt, at: Fixture.at, random: &random)
    }

    @Test("every status of success delivers, at any attempt")
    func delivered() {
        for status in 200...299 {
            for attempt in [1, 10, 11] { #expect(result(.answered(status: status), attempt: attempt) == .delivered(status: status)) }
        }
    }

    @Test("410 wants no more, at any attempt")
    func gone() {
        for attempt in 1...10 { #expect(result(.answered(status: 410), attempt: attempt) == .gone(status: 410)) }
    }

    @Test(
        "any other status is tried again, redirects among them",
        arguments: [100, 101, 199, 300, 302, 307, 400, 401, 404, 429, 500, 503, 999])
    func again(status: Int) {
        guard case .again(let time, let said, let error) = result(.answered(status: status)) else {
            Issue.record("\(status)")
            return
        }
        #expect(time > Fixture.at && said == status)
        #expect(error == "status \(status)" + ((300...399).contains(status) ? ": redirects are not followed" : ""))
    }

    @Test("no answer is tried again, with words of our own", arguments: DeliveryFault.allCases)
    func faults(fault: DeliveryFault) {
        guard case .again(_, nil, fault.rawValue) = result(.failed(fault)) else {
            Issue.record("\(fault)")
            return
        }
    }

    @Test("the delays are those of the suggestion, longer by a tenth at most, and then it is given up")
    func delays() {
        let minutes: [Double] = [5.0 / 60, 5, 30, 120, 300, 600, 840, 1_200, 1_440]
        var random = SeededGenerator()
        for (index, delay) in minutes.enumerated() {
            let least = Int64(delay * 60_000)
            var seen: Set<Int64> = []
            for _ in 0..<200 {
                let result = DeliverySchedule.result(of: .failed(.timeout), attempt: index + 1, at: Fixture.at, random: &random)
                guard case .again(let time, _, _) = result else {
                    Issue.record("attempt \(index + 1)")
                    return
                }
                seen.insert(time.milliseconds - Fixture.at.milliseconds)
            }
            #expect(seen.allSatisfy { (least...least + least / 10).contains($0) }, "attempt \(index + 1), seed \(random.seed)")
            #expect(seen.count > 50, "attempt \(index + 1), seed \(random.seed)")
        }
        #expect(DeliverySchedule.attempts == 10)
        for attempt in [10, 11, .max] {
            #expect(result(.answered(status: 500), attempt: attempt) == .failed(status: 500, error: "status 500"))
            #expect(result(.failed(.tls), attempt: attempt) == .failed(status: nil, error: DeliveryFault.tls.rawValue))
        }
    }
}
