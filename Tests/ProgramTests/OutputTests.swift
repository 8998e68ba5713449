import Foundation
import RelayDomain
import Testing

@testable import nexrelay

@Suite struct OutputTests {
    @Test(
        "amounts pass through JSON exactly",
        arguments: [
            "0.001", "125000", "99000000.123", "-1.25", "999999999999999.999", "0", "123456789012345.678",
        ])
    func exactAmounts(text: String) throws {
        let value = try JSONValue(json: Data("{\"credits\":\(text)}".utf8))
        #expect(value["credits"].credits == Credits(text: text))
        #expect(value["credits"].text == text)
        #expect(value.json == "{\"credits\":\(text)}")
    }

    @Test("a document keeps its kinds")
    func kinds() throws {
        let text = #"{"a":[1,0,true,false,null,"1","true",{}],"b":""}"#
        #expect(try JSONValue(json: Data(text.utf8)).json == text)
    }

    @Test("money is shown as credits and dollars", arguments: [("125000", "125000 ($0.1250)"), ("-1500000", "-1500000 (-$1.50)")])
    func money(text: String, shown: String) throws {
        #expect(try JSONValue(json: Data(text.utf8)).money == shown)
    }

    @Test("a table is aligned, and no cell can move the cursor")
    func table() {
        let text = Table(["NAME", ">CREDITS"], [["a", "1"], ["b\u{1B}[2Jc\nd", "1000"]]).text
        #expect(text == "NAME      CREDITS\na               1\nb [2Jc d     1000")
    }

    @Test("cells of a spreadsheet are quoted where they must be")
    func csv() {
        #expect(
            Table.csv(["a", "b"], [["x,y", "say \"hi\""], ["", "two\nlines"]]) == "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n,\"two\nlines\"")
    }

    @Test("a log line's values cannot forge another")
    func logfmt() {
        #expect(LogfmtHandler.quoted("plain:8080") == "plain:8080")
        #expect(LogfmtHandler.quoted("") == "\"\"")
        #expect(LogfmtHandler.quoted("a b=\"c\"\\\nlevel=error\u{1B}\u{2028}") == #""a b=\"c\"\\\nlevel=error\u{1b}\u{2028}""#)
    }
}
