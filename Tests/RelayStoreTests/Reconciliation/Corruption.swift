import RelayTestKit
import Testing

/// A kind of damage, done to some row, and the check that must name it.
struct Corruption: Sendable, CustomTestStringConvertible {
    enum Step: Sendable {
        case sql(String)
        /// Takes every constraint and index from a table.
        case unconstrain(String)
        /// Takes an index away from the database behind its back.
        case forgetIndex(String)
    }

    let name: String
    let check: String
    private let steps: @Sendable (inout Draw) -> [Step]

    var testDescription: String { name }

    init(_ name: String, _ check: String, steps: @escaping @Sendable (inout Draw) -> [Step]) {
        self.name = name
        self.check = check
        self.steps = steps
    }

    /// Damage by one statement.
    init(_ name: String, by check: String, _ sql: @escaping @Sendable (inout Draw) -> String) {
        self.init(name, check) { [.sql(sql(&$0))] }
    }

    func steps(_ draw: inout Draw) -> [Step] { steps(&draw) }

    /// Draws rows, which both databases then find in the same place.
    struct Draw {
        var random: SeededGenerator

        mutating func number(_ range: ClosedRange<Int> = 1...9) -> Int { .random(in: range, using: &random) }

        mutating func word(_ words: String...) -> String { words.randomElement(using: &random)! }

        /// The value of a column in some row of `rows`, a table with a condition or without.
        mutating func one(_ column: String, _ rows: String) -> String {
            "(SELECT \(column) FROM \(rows) ORDER BY \(column) LIMIT 1 OFFSET \(number(0...9_999)) % (SELECT count(*) FROM \(rows)))"
        }

        /// Changes some row of `rows`.
        mutating func change(_ rows: String, _ assignment: String) -> String {
            "UPDATE \(Self.table(rows)) SET \(assignment) WHERE \(some(rows))"
        }

        /// Adds to one of the columns in some row of `rows`.
        mutating func add(to rows: String, _ columns: String...) -> String {
            let column = columns.randomElement(using: &random)!
            return change(rows, "\(column) = \(column) + \(number())")
        }

        /// Takes some row of `rows` away.
        mutating func remove(_ rows: String) -> String { "DELETE FROM \(Self.table(rows)) WHERE \(some(rows))" }

        private mutating func some(_ rows: String) -> String {
            let key = Self.keys[Self.table(rows)] ?? "id"
            return "\(key) = \(one(key, rows))"
        }

        private static func table(_ rows: String) -> String { String(rows.prefix { $0 != " " }) }

        /// What tells the rows of a table apart, where it is not `id`.
        private static let keys = [
            "wallets": "account", "house_accounts": "name", "holds": "request", "receipts": "request", "answers": "request",
            "usage_totals": "key", "journal_seals": "number", "unsealed_batches": "first_entry",
        ]
    }
}
