import Foundation
import RelayDomain

/// The one place where the program asks what time it is.
enum SystemClock {
    /// The system's clock, in whole milliseconds.
    static func now() -> Timestamp {
        // A double holds today's seconds to less than a microsecond.
        Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down)))
    }
}
