import ArgumentParser
import RelayDomain

/// An amount of credits on the command line: `1.25`, `-0.001`.
struct CreditsArgument: ExpressibleByArgument {
    let credits: Credits

    init?(argument: String) {
        guard let credits = Credits(text: argument) else { return nil }
        self.credits = credits
    }
}

/// A time on the command line (RFC 3339): `2026-11-23T21:39:00Z`.
struct TimeArgument: ExpressibleByArgument {
    let time: Timestamp

    init?(argument: String) {
        guard let time = Timestamp(rfc3339: argument) else { return nil }
        self.time = time
    }
}

/// A month on the command line: `2026-11`.
struct MonthArgument: ExpressibleByArgument {
    let month: Month

    init?(argument: String) {
        guard let month = Month(text: argument) else { return nil }
        self.month = month
    }
}

/// The id of an adjustment on the command line: `adj_…`.
struct AdjustmentArgument: ExpressibleByArgument {
    let id: AdjustmentID

    init?(argument: String) {
        guard let id = AdjustmentID(argument) else { return nil }
        self.id = id
    }
}

/// `drain` or `cancel`.
struct OnDisconnectArgument: ExpressibleByArgument {
    let choice: OnDisconnect

    init?(argument: String) {
        guard let choice = OnDisconnect(rawValue: argument) else { return nil }
        self.choice = choice
    }

    static var allValueStrings: [String] { OnDisconnect.allCases.map(\.rawValue) }
}

extension ParsableArguments {
    /// - Throws: `ValidationError` for a text that says nothing.
    func requireText(_ text: String, _ option: String) throws {
        guard text.contains(where: { !$0.isWhitespace }) else { throw ValidationError("\(option) must not be empty") }
    }
}
