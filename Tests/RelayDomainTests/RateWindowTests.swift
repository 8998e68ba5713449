import RelayTestKit
import Testing

@testable import RelayDomain

@Suite struct RateWindowTests {
    private static func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_800_000_000_000 + milliseconds) }

    /// Asks as the ledger does.
    private static func admit(_ window: inout RateWindow, _ limit: Int64, at milliseconds: Int64) -> RateStatus? {
        let status = window.status(of: limit, at: time(milliseconds))
        guard status.waitMilliseconds == 0 else { return status }
        window.admit(at: time(milliseconds))
        return nil
    }

    @Test("A burst of the limit is admitted, the next waits for the first of it to leave, and who waits as told is admitted")
    func burst() throws {
        var window = RateWindow()
        for _ in 0..<20 { #expect(Self.admit(&window, 20, at: 0) == nil) }
        let refused = try #require(Self.admit(&window, 20, at: 1))
        #expect(refused.remaining == 0 && refused.waitMilliseconds == 59_999 && refused.retryAfterSeconds == 60)
        #expect(refused.resetMilliseconds == 59_999)
        #expect(Self.admit(&window, 20, at: 59_999) != nil)
        #expect(Self.admit(&window, 20, at: 60_000) == nil)
        #expect(window.status(of: 20, at: Self.time(60_000)).remaining == 19)
    }

    @Test("Up to a request a second, the window is exact to the millisecond")
    func exact() throws {
        var window = RateWindow()
        for second in 0..<20 { #expect(Self.admit(&window, 20, at: Int64(second) * 1_000) == nil) }
        #expect(try #require(Self.admit(&window, 20, at: 59_999)).waitMilliseconds == 1)
        for second in 0..<20 {
            #expect(Self.admit(&window, 20, at: 60_000 + Int64(second) * 1_000) == nil)
            #expect(Self.admit(&window, 20, at: 60_000 + Int64(second) * 1_000) != nil)
        }
    }

    @Test("A clock that goes back makes no room; one that was more than a window ahead is forgotten")
    func backwards() throws {
        var window = RateWindow()
        for _ in 0..<5 { #expect(Self.admit(&window, 5, at: 100_000) == nil) }
        #expect(try #require(Self.admit(&window, 5, at: 70_000)).waitMilliseconds == 90_000)
        #expect(Self.admit(&window, 5, at: 159_999) != nil)
        #expect(Self.admit(&window, 5, at: 160_000) == nil)

        var ahead = RateWindow()
        for _ in 0..<5 { #expect(Self.admit(&ahead, 5, at: 86_400_000) == nil) }
        // A refusal changes nothing, and yet what it says comes true.
        let waiting = ahead
        #expect(try #require(Self.admit(&ahead, 5, at: 86_340_000)).waitMilliseconds == 120_000)
        #expect(ahead == waiting)
        #expect(Self.admit(&ahead, 5, at: 0) == nil)
        #expect(ahead.status(of: 5, at: Self.time(0)).used == 1)
    }

    @Test("A limit that was lowered waits until enough have left")
    func lowered() throws {
        var window = RateWindow()
        for second in 0..<10 { #expect(Self.admit(&window, 10, at: Int64(second) * 1_000) == nil) }
        let refused = try #require(Self.admit(&window, 4, at: 10_000))
        #expect(refused.used == 10 && refused.remaining == 0 && refused.waitMilliseconds == 56_000)
        #expect(window.status(of: 0, at: Self.time(10_000)).waitMilliseconds > 0)
    }

    /// Against a plain list of every admission: never more than the limit in any window; and nothing is refused that a window one second
    /// longer would have room for.
    @Test("No rolling window ever holds more than the limit, and nothing is refused that could have been admitted a second later")
    func rolling() {
        var random = SeededGenerator()
        print("seed \(random.seed)")
        for _ in 0..<400 {
            var window = RateWindow()
            let limit = Int64.random(in: 1...80, using: &random)
            let pause = Int64([3, 40, 400, 1_000, 5_000].randomElement(using: &random)!)
            var admitted: [Int64] = []
            var now: Int64 = 0
            for _ in 0..<400 {
                now += Int64.random(in: 0...pause, using: &random)
                if Int.random(in: 0..<60, using: &random) == 0 { now += 30_000 }
                let exact = Int64(admitted.count { $0 > now - 60_000 })
                let long = Int64(admitted.count { $0 > now - 61_000 })
                let status = window.status(of: limit, at: Self.time(now))
                #expect(status.used >= exact && status.used <= long, "seed \(random.seed)")
                if let refused = Self.admit(&window, limit, at: now) {
                    #expect(long >= limit, "seed \(random.seed)")
                    #expect(refused.waitMilliseconds <= 60_000)
                    // Whoever waits as told, and no longer, is admitted.
                    var later = window
                    #expect(Self.admit(&later, limit, at: now + refused.waitMilliseconds) == nil, "seed \(random.seed)")
                    #expect(Self.admit(&later, 1 << 40, at: now + Int64(refused.retryAfterSeconds) * 1_000) == nil)
                } else {
                    #expect(exact < limit, "seed \(random.seed)")
                    admitted.append(now)
                }
                #expect(window.marks.count <= RateWindow.markLimit)
            }
        }
    }

    @Test("The state stays small, however many requests a minute there are")
    func size() {
        var window = RateWindow()
        for step in 0..<200_000 { window.admit(at: Self.time(Int64(step))) }
        #expect(window.marks.count <= RateWindow.markLimit)
        #expect(window.status(of: 1 << 40, at: Self.time(200_000)).used >= 60_000)
        #expect(window.status(of: 1 << 40, at: Self.time(200_000)).used <= 61_001)
    }
}
