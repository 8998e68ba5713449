/// An upstream's usage export, read: CSV (RFC 4180) with a header line that names the columns, in any order.
///
/// `input_tokens` includes `cached_tokens`, as in OpenAI's usage export. Lines of one day, upstream and model are added up: exports
/// often have one for each project or key.
public struct UpstreamUsageReport: Sendable {
    public static let columns = ["date", "upstream", "model", "input_tokens", "cached_tokens", "output_tokens"]
    /// Of one line: ten trillion, so that any sum of them fits.
    static let tokenLimit: Int64 = 10_000_000_000_000

    /// What cannot be read, and where.
    public struct Fault: Error, Hashable, CustomStringConvertible {
        /// Counted from 1.
        public let line: Int
        public let message: String

        public var description: String { "line \(line): \(message)" }
    }

    public private(set) var groups: [UpstreamUsageGroup: UpstreamTokens] = [:]
    /// Those that the report is about.
    public private(set) var upstreams: Set<String> = []
    /// From the first to the last that it names; nil where it has no line.
    public private(set) var days: ClosedRange<Int64>?

    public init(csv: String) throws(Fault) {
        var places: [Int]?
        var number = 0
        // No name has a line break in it, in quotes or not.
        for line in csv.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }) {
            number += 1
            var text = line
            if number == 1, text.first == "\u{FEFF}" { text = text.dropFirst() }
            if text.allSatisfy(\.isWhitespace) { continue }
            guard let fields = Self.fields(text) else { throw Fault(line: number, message: "a quotation mark is not closed") }
            if let places {
                try add(fields, places, line: number)
            } else {
                places = try Self.places(of: fields, line: number)
            }
        }
        guard places != nil else { throw Fault(line: 1, message: "the header is missing: \(Self.columns.joined(separator: ","))") }
    }

    private static func places(of header: [String], line: Int) throws(Fault) -> [Int] {
        let names = header.map { $0.lowercased() }
        var places: [Int] = []
        for column in columns {
            guard let place = names.firstIndex(of: column) else {
                throw Fault(line: line, message: "the header has no `\(column)`; it is \(columns.joined(separator: ","))")
            }
            places.append(place)
        }
        guard names.count == columns.count else {
            throw Fault(line: line, message: "the header has other columns; it is \(columns.joined(separator: ","))")
        }
        return places
    }

    private mutating func add(_ fields: [String], _ places: [Int], line: Int) throws(Fault) {
        guard fields.count == places.count else {
            throw Fault(line: line, message: "\(fields.count) fields in place of \(places.count)")
        }
        guard let time = Timestamp(dayText: fields[places[0]]) else {
            throw Fault(line: line, message: "`date` is a day: 2026-11-23")
        }
        let (upstream, model) = (fields[places[1]], fields[places[2]])
        guard !upstream.isEmpty, !model.isEmpty else { throw Fault(line: line, message: "`upstream` and `model` must not be empty") }
        func tokens(_ column: Int) throws(Fault) -> Int64 {
            guard let count = Int64(fields[places[column]]), (0...Self.tokenLimit).contains(count) else {
                throw Fault(line: line, message: "`\(Self.columns[column])` is a whole number from 0 to \(Self.tokenLimit)")
            }
            return count
        }
        let counts = UpstreamTokens(input: try tokens(3), cached: try tokens(4), output: try tokens(5))
        guard counts.cached <= counts.input else {
            throw Fault(line: line, message: "`cached_tokens` is a part of `input_tokens`, and cannot be more")
        }
        groups[UpstreamUsageGroup(day: time.day, upstream: upstream, model: model), default: UpstreamTokens()] += counts
        upstreams.insert(upstream)
        days = min(days?.lowerBound ?? time.day, time.day)...max(days?.upperBound ?? time.day, time.day)
    }

    /// - Returns: nil where a quotation mark is not closed.
    private static func fields(_ line: Substring) -> [String]? {
        guard line.contains("\"") else {
            return line.split(separator: ",", omittingEmptySubsequences: false).map { String($0.trimmed) }
        }
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        var rest = line
        while let character = rest.popFirst() {
            switch character {
            case "\"" where isQuoted && rest.first == "\"":
                rest.removeFirst()
                field.append("\"")
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                fields.append(String(field[...].trimmed))
                field = ""
            default: field.append(character)
            }
        }
        return isQuoted ? nil : fields + [String(field[...].trimmed)]
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let start = drop(while: \.isWhitespace)
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { start[...$0] } ?? start.prefix(0)
    }
}
