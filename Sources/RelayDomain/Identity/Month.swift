/// A calendar month in UTC: the period of every allowance, cap and budget.
public struct Month: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Months since year 0: `year * 12 + month - 1`. What the database keeps, so that months compare as numbers.
    public let number: Int64

    public init(number: Int64) {
        self.number = number
    }

    public init(year: Int64, month: Int64) {
        self.init(number: year * 12 + month - 1)
    }

    public static func < (a: Month, b: Month) -> Bool { a.number < b.number }

    public var next: Month { Month(number: number + 1) }

    /// Its first millisecond.
    public var start: Timestamp {
        let days = CivilDate(year: number / 12, month: number % 12 + 1, day: 1).daysSince1970
        return Timestamp(milliseconds: days * 86_400_000)
    }

    /// `2026-11`.
    public var description: String { "\(padded(number / 12, 4))-\(padded(number % 12 + 1, 2))" }

    /// Reads ``description``.
    public init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2, text.utf8.allSatisfy({ $0.isDigit || $0 == 0x2D }),
            let year = Int64(parts[0]), let month = Int64(parts[1]), year >= 1970, (1...12).contains(month)
        else { return nil }
        self.init(year: year, month: month)
    }
}

/// A day of the proleptic Gregorian calendar. The conversions are those of Howard Hinnant's paper "chrono-Compatible Low-Level Date
/// Algorithms": eras of 400 years, with years that begin in March.
struct CivilDate {
    var year: Int64
    var month: Int64
    var day: Int64

    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.flooredQuotient(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func days(inMonth month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Int64 {
    func flooredQuotient(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
