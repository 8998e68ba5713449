import RelayDomain
import Testing

@testable import RelayPayments

@Suite struct RPCTests {
    @Test(arguments: [("0x0", 0), ("0x1b4", 436), ("0x7fffffffffffffff", Int64.max), ("0x000a", 10), ("0xFf", 255)] as [(String, Int64)])
    func quantities(text: String, value: Int64) {
        #expect(Quantity.read(text, as: Int64.self) == value)
    }

    @Test(arguments: [
        "", "0x", "1", "0X1", "0xg", "-0x1", "0x-1", "0x+1", " 0x1", "0x1 ", "0x8000000000000000", "0x" + String(repeating: "f", count: 64),
        "0x" + String(repeating: "0", count: 4_000), "1e3", "0x1.0",
    ])
    func whatIsNoQuantity(text: String) {
        #expect(Quantity.read(text, as: Int64.self) == nil)
    }

    @Test func wordsBeyondAnyTokenAreCut() {
        #expect(Word.number(ScriptedChain.word(29_000_000)) == 29_000_000)
        #expect(Word.number("0x" + String(repeating: "f", count: 64)) == Word.greatest)
        #expect(Word.number(ScriptedChain.word(UInt128.max)) == Word.greatest)
        #expect(Word.number("0x" + String(repeating: "0", count: 31) + "1" + String(repeating: "0", count: 32)) == Word.greatest)
        #expect(Word.number(ScriptedChain.word(Word.greatest - 1)) == Word.greatest - 1)
        for text in [
            "", "0x", "0x00", ScriptedChain.word(1) + "0", String(ScriptedChain.word(1).dropLast()),
            "0x" + String(repeating: "g", count: 64),
        ] {
            #expect(Word.number(text) == nil)
        }
    }

    private static func kind(_ answer: RPCAnswer) async -> RPCFailure.Kind? {
        let endpoint = RPCEndpoint(name: "node.example#1", transport: ScriptedEndpoint(ScriptedChain()) { _, _, _ in answer })
        do {
            _ = try await endpoint.block(.latest)
            return nil
        } catch {
            return error.kind
        }
    }

    /// The endpoint's first request has number 1.
    @Test(arguments: [
        (#"{"Error":"The request rate exceeds the allowed frequency"}"#, 200), ("", 200), ("<html></html>", 200), ("[]", 200),
        ("null", 200),
        ("true", 200), ("{}", 200), (#"{"jsonrpc":"2.0","id":1}"#, 200), (#"{"jsonrpc":"2.0","id":1,"result":null}"#, 200),
        (#"{"jsonrpc":"2.0","id":2,"result":{"number":"0x1","hash":"0x\#(String(repeating: "1", count: 64))","timestamp":"0x1"}}"#, 200),
        (#"{"jsonrpc":"2.0","id":"1","result":{"number":"0x1","hash":"0x\#(String(repeating: "1", count: 64))","timestamp":"0x1"}}"#, 200),
        (#"{"jsonrpc":"1.0","id":1,"result":{"number":"0x1","hash":"0x\#(String(repeating: "1", count: 64))","timestamp":"0x1"}}"#, 200),
        (#"{"id":1,"result":{"number":"0x1","hash":"0x\#(String(repeating: "1", count: 64))","timestamp":"0x1"}}"#, 200),
        (#"[{"jsonrpc":"2.0","id":1,"result":{"number":"0x1","hash":"0x\#(String(repeating: "1", count: 64))","timestamp":"0x1"}}]"#, 200),
        // Values of other shapes.
        (#"{"jsonrpc":"2.0","id":1,"result":"0x1"}"#, 200), (#"{"jsonrpc":"2.0","id":1,"result":[]}"#, 200),
        (#"{"jsonrpc":"2.0","id":1,"result":{"number":1,"hash":"0x\#(String(repeating: "1", count: 64))","timestamp":"0x1"}}"#, 200),
        (#"{"jsonrpc":"2.0","id":1,"result":{"number":"0x1","hash":"0x11","timestamp":"0x1"}}"#, 200),
        (
            #"{"jsonrpc":"2.0","id":1,"result":{"number":"0x1","hash":"0x\#(String(repeating: "1", count: 64))","timestamp":"0x7fffffffffffffff"}}"#,
            200
        ),
        (
            #"{"jsonrpc":"2.0","id":1,"result":{"number":"0x\#(String(repeating: "f", count: 64))","hash":"0x\#(String(repeating: "1", count: 64))","timestamp":"0x1"}}"#,
            200
        ),
        // Cut short, or more than one.
        (#"{"jsonrpc":"2.0","id":1,"result":{"number":"0x1","hash":"0x"#, 200), (#"{"jsonrpc":"2.0","id":1,"error":{}}"#, 200),
        (#"{"jsonrpc":"2.0","id":1,"error":"limit"}"#, 200),
        // A result beside an HTTP error.
        (#"{"jsonrpc":"2.0","id":1,"result":{"number":"0x1","hash":"0x\#(String(repeating: "1", count: 64))","timestamp":"0x1"}}"#, 400),
        (#"{"message":"forbidden"}"#, 403),
    ])
    func whatIsNoAnswerIsNotBelieved(body: String, status: Int) async {
        #expect(await Self.kind(ScriptedEndpoint.text(body, status: status)) == .malformed)
    }

    @Test func aWellFormedAnswerIsRead() async {
        let block =
            #"{"number":"0x1","hash":"0x\#(String(repeating: "A", count: 64))","timestamp":"0x1","size":12345678901234567890123456789}"#
        #expect(await Self.kind(ScriptedEndpoint.text(#" {"id":1,"result":\#(block),"jsonrpc":"2.0","error":null} "#)) == nil)
    }

    @Test func hostileJSONIsRefusedAndDoesNotTrap() async {
        let deep = String(repeating: "[", count: 200_000)
        let nested = String(repeating: #"{"a":"#, count: 100_000)
        for body in [
            deep, nested, #"{"jsonrpc":"2.0","id":1,"result":\#(deep)"#, #"{"jsonrpc":"2.0","id":1e400,"result":{}}"#,
            #"{"jsonrpc":"2.0","id":\#(String(repeating: "9", count: 100_000)),"result":{}}"#, "\u{0}",
            #"{"jsonrpc":"2.0","id":1,"result":"\ud800"}"#,
        ] {
            #expect(await Self.kind(ScriptedEndpoint.text(body)) == .malformed)
        }
        #expect(await Self.kind(RPCAnswer(status: 200, body: [0xFF, 0xFE, 0x80])) == .malformed)
    }

    @Test func statusesAndFaultsOfTheWay() async {
        #expect(await Self.kind(ScriptedEndpoint.text("slow down", status: 429)) == .limited)
        #expect(await Self.kind(ScriptedEndpoint.text("<html>", status: 502)) == .unreachable)
        for (fault, kind) in [
            (TransportFault.timedOut, RPCFailure.Kind.timedOut), (.tooLarge, .tooLarge), (.unreachable(reason: "no"), .unreachable),
        ] {
            let endpoint = RPCEndpoint(
                name: "a", transport: ScriptedEndpoint(ScriptedChain()) { _, _, _ throws(TransportFault) -> RPCAnswer? in throw fault })
            await #expect { try await endpoint.chainID() } throws: { ($0 as? RPCFailure)?.kind == kind }
        }
    }

    @Test(
        arguments: [
            (-32_005, "query returned more than 10000 results", .tooMuch), (-32_602, "exceed max block range: 5000", .tooMuch),
            (-32_000, "exceed maximum block range: 5000", .tooMuch), (-32_602, "range 1000000 exceeds limit of 10000", .tooMuch),
            (-32_600, "block range too high", .tooMuch), (-32_602, "Log response size exceeded", .tooLarge),
            (-32_008, "Response is too big", .tooLarge),
            (-32_701, "query timeout exceeded", .tooMuch),
            (-32_005, "limit exceeded", .limited), (429, "Too Many Requests", .limited), (-32_000, "rate limit exceeded", .limited),
            (-32_005, "daily request count exceeded, request rate limited", .limited), (-32_029, "Too many requests", .limited),
            (-32_602, "invalid block number", .unsupported), (-32_601, "the method eth_x does not exist/is not available", .unsupported),
            (-32_602, "QUANTITY not supported, just support TAG as latest", .unsupported), (-32_000, "unknown block tag", .unsupported),
            (-32_603, "internal error", .refused), (-32_000, "missing trie node", .refused), (1, "", .refused),
        ] as [(Int64, String, RPCFailure.Kind)])
    func whatErrorsMean(code: Int64, message: String, kind: RPCFailure.Kind) {
        #expect(RPCFailure.Kind(code: code, message: message) == kind)
    }

    @Test func endpointsDescribeThemselvesByTheirHost() throws {
        let location = try #require(
            EndpointLocation("https://user:\(ScanFixture.secret)@api.example:8545/\(ScanFixture.secret)?key=\(ScanFixture.secret)#a"))
        var dumped = ""
        dump(location, to: &dumped)
        for text in ["\(location)", String(reflecting: location), dumped, location.name(2)] { #expect(!text.contains(ScanFixture.secret)) }
        #expect(location.name(2) == "api.example#2")
        #expect(location.url == "https://api.example:8545/\(ScanFixture.secret)?key=\(ScanFixture.secret)")
        #expect(location.authorization == "Basic dXNlcjpzM2NyM3QtazN5")
        for text in ["", "api.example", "ftp://api.example", "https://", "wss://api.example", "https:///path"] {
            #expect(EndpointLocation(text) == nil)
        }
    }
}
