public import RelayDomain
public import RelayStore

/// What becomes of a delivery after an attempt.
public enum DeliverySchedule {
    /// Before each attempt, since the one before it: those that Standard Webhooks suggests.
    static let delaysSeconds: [Int64] = [0, 5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 20 * 3_600, 24 * 3_600]
    /// What a delay may be longer by, so that what has failed together does not come back together.
    static let jitterPercent: Int64 = 10

    /// As many as there are delays.
    public static var attempts: Int { delaysSeconds.count }

    /// - Parameters:
    ///   - attempt: from 1.
    ///   - at: when it ended.
    public static func result(
        of outcome: DeliveryOutcome, attempt: Int, at: Timestamp, random: inout some RandomNumberGenerator
    ) -> DeliveryResult {
        let (status, error): (Int?, String) =
            switch outcome {
            case .answered(status: 200...299): (nil, "")
            case .answered(let status): (status, words(for: status))
            case .failed(let fault): (nil, fault.rawValue)
            }
        switch outcome {
        case .answered(let status) where (200...299).contains(status): return .delivered(status: status)
        case .answered(status: 410): return .gone(status: 410)
        default: break
        }
        guard attempt < attempts else { return .failed(status: status, error: error) }
        let delay = delaysSeconds[max(attempt, 0)] * 1_000
        let jitter = Int64.random(in: 0...delay * jitterPercent / 100, using: &random)
        return .again(at: at.adding(milliseconds: delay + jitter), status: status, error: error)
    }

    private static func words(for status: Int) -> String {
        (300...399).contains(status) ? "status \(status): redirects are not followed" : "status \(status)"
    }
}
