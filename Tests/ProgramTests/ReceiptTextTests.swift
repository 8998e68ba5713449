import Foundation
import Testing

@testable import nexrelay

@Suite struct ReceiptTextTests {
    private static func receipt(_ more: String = "") throws -> JSONValue {
        try JSONValue(json: Data(#"{"id":"req_1","state":"settled","credits":{"charged":7,"absorbed":3}\#(more)}"#.utf8))
    }

    private static let late = #","settled_late":true,"expired_at":"2026-11-23T12:00:00.000Z""#

    @Test("What was settled late says so, and when its hold had expired")
    func late() throws {
        let lines = ReceiptText.one(try Self.receipt(Self.late)).split(separator: "\n").map {
            $0.split(separator: " ").joined(separator: " ")
        }
        #expect(lines.contains("settled late: yes"))
        #expect(lines.contains("expired at: 2026-11-23T12:00:00.000Z"))
        let plain = ReceiptText.one(try Self.receipt())
        #expect(!plain.contains("late") && !plain.contains("expired"))
    }

    @Test("A spreadsheet has a column for each, empty where it was settled in time")
    func columns() throws {
        let list = JSONValue.object(["data": .array([try Self.receipt(Self.late), try Self.receipt()])])
        let rows = ReceiptText.csv(list).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(rows[0].suffix(2) == ["settled_late", "expired_at"])
        #expect(rows[1].suffix(2) == ["true", "2026-11-23T12:00:00.000Z"])
        #expect(rows[2].suffix(2) == ["", ""] && rows[2].count == rows[0].count)
    }
}
