import RelayDomain

/// Figures and times as people read them.
enum PageFigures {
    /// `2026-11-23 12:00:00`, UTC.
    static func time(_ time: Timestamp) -> String {
        let text = time.rfc3339
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
    }

    /// `28,999,992.25`: exact.
    static func grouped(_ credits: Credits) -> String {
        let parts = credits.description.split(separator: ".", maxSplits: 1)
        return grouped(String(parts[0])) + (parts.count > 1 ? ".\(parts[1])" : "")
    }

    static func grouped(_ number: Int64) -> String { grouped(String(number)) }

    /// - Parameter isSigned: whether what came in has a `+`.
    static func amount(_ credits: Credits, isSigned: Bool = false) -> [String: Any] {
        let sign = isSigned && credits > .zero ? "+" : ""
        return ["credits": sign + grouped(credits), "usd": sign + grouped(dollars: credits.usd)]
    }

    /// A row of a table of requests.
    static func row(_ name: String, _ total: UsageTotal) -> [String: Any] {
        amount(total.credits).merging([
            "name": name, "requests": grouped(total.requests), "input": grouped(total.tokens.input),
            "output": grouped(total.tokens.output), "cachedRead": grouped(total.tokens.cachedRead),
        ]) { own, _ in own }
    }

    static func grouped(dollars: String) -> String {
        let parts = dollars.split(separator: ".", maxSplits: 1)
        return grouped(String(parts[0])) + (parts.count > 1 ? ".\(parts[1])" : "")
    }

    /// - Parameter whole: digits, perhaps behind a minus.
    static func grouped(_ whole: String) -> String {
        let digits = Array(whole.drop { $0 == "-" })
        var text = whole.hasPrefix("-") ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }
}
