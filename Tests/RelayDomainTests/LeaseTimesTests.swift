import RelayDomain
import Testing

@Suite struct LeaseTimesTests {
    @Test(
        "Whatever the grace time, a node that waits gives up, tries again, and has committed before it can be taken for gone",
        arguments: [LeaseTimes.leastGraceMilliseconds, 7_001, 30_000, 60_000, 3_600_000])
    func order(grace: Int64) {
        for heartbeat in [nil, 100, grace] {
            let lease = LeaseTimes(graceMilliseconds: grace, heartbeatMilliseconds: heartbeat)
            #expect(lease.heartbeatMilliseconds <= grace / 4)
            #expect(lease.idleMilliseconds < lease.lockMilliseconds)
            #expect(lease.lockMilliseconds < lease.statementMilliseconds)
            #expect(lease.statementMilliseconds < lease.transactionMilliseconds)
            #expect(lease.statementMilliseconds < lease.answerMilliseconds)
            // The heartbeat's pause, what failed, and what it was begun anew for.
            #expect(lease.heartbeatMilliseconds + 2 * lease.transactionMilliseconds <= grace * 11 / 12)
            #expect(lease.gapMilliseconds <= grace / 2)
        }
    }

    @Test("What waits behind another's locks never waits for long, however long the grace time is")
    func bounds() {
        let lease = LeaseTimes(graceMilliseconds: LeaseTimes.mostGraceMilliseconds)
        #expect(lease.idleMilliseconds == 5_000 && lease.lockMilliseconds == 10_000 && lease.heartbeatMilliseconds == 5_000)
        let usual = LeaseTimes()
        #expect(usual.graceMilliseconds == 30_000 && usual.heartbeatMilliseconds == 5_000 && usual.idleMilliseconds == 5_000)
    }
}
