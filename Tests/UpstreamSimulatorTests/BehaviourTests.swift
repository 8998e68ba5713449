import Foundation
import Testing

@testable import UpstreamSimulator

@Suite struct BehaviourTests {
    @Test("Directives are read from text, separated by semicolons or white space, with quotes and bare flags")
    func text() throws {
        let behaviour = try SimulatedBehaviour(#" status=503;retry-after=2  delay=5; content="two words; and = more" tools"#)
        #expect(behaviour.status == 503)
        #expect(behaviour.retryAfter == "2")
        #expect(behaviour.delayMilliseconds == 5)
        #expect(behaviour.content == "two words; and = more")
        #expect(behaviour.flags == [.tools])
        #expect(try SimulatedBehaviour("failed-after=3").failedAfterChunks == 3)
    }

    @Test("A JSON object of the same keys means the same")
    func json() throws {
        let text = try SimulatedBehaviour("status=503;cut=head;crlf=1;bom=0;content=x")
        let json = try SimulatedBehaviour(#"{"status":503,"cut":"head","crlf":true,"bom":false,"content":"x"}"#)
        #expect(text == json)
    }

    @Test("Every flag and every usage variant can be written")
    func vocabulary() throws {
        for flag in BehaviourFlag.allCases {
            #expect(try SimulatedBehaviour("\(flag.rawValue)=1").flags == [flag])
            #expect(try SimulatedBehaviour("\(flag.rawValue)=1;\(flag.rawValue)=0").flags.isEmpty)
        }
        for variant in UsageVariant.allCases { #expect(try SimulatedBehaviour("usage=\(variant.rawValue)").usage == variant) }
    }

    @Test("Cut and hang name a point of the answer or a number of chunks")
    func breakPoints() throws {
        #expect(try SimulatedBehaviour("cut=before").cut == .start)
        #expect(try SimulatedBehaviour("cut=head").cut == .head)
        #expect(try SimulatedBehaviour("cut=body").cut == .body)
        #expect(try SimulatedBehaviour("cut=3").cut == .chunks(3))
        #expect(try SimulatedBehaviour("hang=head").hang == .start)
        #expect(try SimulatedBehaviour("hang=0").hang == .chunks(0))
    }

    @Test(
        "A directive that cannot be obeyed is an error that names it",
        arguments: [
            "statsu=500", "status=99", "status=600", "status=five", "delay=-1", "usage=odd", "cut=after", "hang=before", "tools=maybe",
            "chunks=0", "chunks=9999999999999999999", "content=\"open", "=1", "{\"status\":[1]}", "{",
        ])
    func refusals(_ text: String) {
        #expect(throws: SimulatorScriptError.self) { try SimulatedBehaviour(text) }
    }

    @Test("A value that no header can carry is refused")
    func headerValue() {
        #expect(throws: SimulatorScriptError.self) { try SimulatedBehaviour("retry-after=\"1\r\nx: y\"") }
    }

    @Test("A directive is taken out of the message around it")
    func directive() {
        let found = BehaviourText.directive(in: "Say hi [[simulate status=500 delay=1]] please")
        #expect(found?.directives == " status=500 delay=1")
        #expect(found?.remainder == "Say hi  please")
        #expect(BehaviourText.directive(in: "[[ simulate ]] [[simulate") == nil)
        #expect(BehaviourText.directive(in: "[[[simulate tools]]")?.directives == " tools")
    }

    @Test("Faults are counted by key, status and usage by value, harmless directives not at all")
    func faultNames() throws {
        let behaviour = try SimulatedBehaviour("status=500;cut=3;usage=null;content=x;tools=1;crlf=0;tiny")
        #expect(Set(behaviour.faultNames) == ["status=500", "cut", "usage=null", "tiny"])
    }

    @Test("A behaviour survives being written to JSON and read again")
    func codable() throws {
        let behaviour = try SimulatedBehaviour("status=500;retry-after=3;tiny=1")
        let copy = try JSONDecoder().decode(SimulatedBehaviour.self, from: JSONEncoder().encode(behaviour))
        #expect(copy == behaviour)
    }
}
