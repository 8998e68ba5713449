/// A moment, in milliseconds since 1970-01-01T00:00:00Z. Always passed in: nothing below the program reads a clock.
public struct Timestamp: Hashable, Comparable, Sendable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

    /// Later than any moment that a clock tells: 9999-12-31T23:59:59.999Z.
    public static let distantFuture = Timestamp(milliseconds: 253_402_300_799_999)

    public func adding(milliseconds more: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds + more) }

    /// Days since 1970-01-01, UTC.
    public var day: Int64 { milliseconds.flooredQuotient(by: 86_400_000) }

    /// The first millisecond of a day.
    public init(day: Int64) {
        self.init(milliseconds: day * 86_400_000)
    }

    /// `2026-11-23`, in UTC.
    public var dayText: String { String(rfc3339.prefix(10)) }

    /// Reads ``dayText``.
    public init?(dayText text: String) {
        guard text.utf8.count == 10 else { return nil }
        self.init(rfc3339: text + "T00:00:00Z")
    }

    /// The calendar month in UTC.
    public var month: Month {
        let date = CivilDate(daysSince1970: day)
        return Month(year: date.year, month: date.month)
    }

    /// RFC 3339 in UTC with milliseconds: `2026-11-23T21:39:00.000Z`.
    public var rfc3339: String {
        let days = milliseconds.flooredQuotient(by: 86_400_000)
        let date = CivilDate(daysSince1970: days)
        let rest = milliseconds - days * 86_400_000
        let time = [rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T\(time).\(padded(rest % 1_000, 3))Z"
    }

    /// Reads RFC 3339: `2026-11-23T21:39:00Z`, with any fraction of a second and any offset.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count, bytes[range].allSatisfy(\.isDigit) else { return nil }
            return bytes[range].reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        }
        func has(_ character: Character, at index: Int) -> Bool { index < bytes.count && bytes[index] == character.asciiValue }
        guard let year = number(0..<4), has("-", at: 4), let month = number(5..<7), has("-", at: 7), let day = number(8..<10),
            has("T", at: 10) || has("t", at: 10) || has(" ", at: 10),
            let hour = number(11..<13), has(":", at: 13), let minute = number(14..<16), has(":", at: 16), let second = number(17..<19),
            (1...12).contains(month), (1...CivilDate.days(inMonth: month, year: year)).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var index = 19
        var fraction: Int64 = 0
        if has(".", at: index) {
            var scale: Int64 = 100
            index += 1
            guard index < bytes.count, bytes[index].isDigit else { return nil }
            while index < bytes.count, bytes[index].isDigit {
                fraction += Int64(bytes[index] - 0x30) * scale
                scale /= 10
                index += 1
            }
        }
        var offsetMinutes: Int64 = 0
        if has("Z", at: index) || has("z", at: index) {
            guard index + 1 == bytes.count else { return nil }
        } else {
            guard has("+", at: index) || has("-", at: index), bytes.count == index + 6, has(":", at: index + 3),
                let hours = number(index + 1..<index + 3), let minutes = number(index + 4..<index + 6), hours < 24, minutes < 60
            else { return nil }
            offsetMinutes = (hours * 60 + minutes) * (has("-", at: index) ? -1 : 1)
        }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        self.init(milliseconds: ((days * 24 + hour) * 60 + minute - offsetMinutes) * 60_000 + second * 1_000 + fraction)
    }
}

func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
