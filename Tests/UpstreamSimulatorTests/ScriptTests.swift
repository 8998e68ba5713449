import Foundation
import Testing

@testable import UpstreamSimulator

@Suite struct ScriptTests {
    @Test("A script file sets every field, and absent fields have their defaults")
    func file() throws {
        let script = try SimulatorScript(
            json: """
                { "default": "chunk-delay=20", "models": ["a"], "cachedPercent": 25, "reasoningTokens": 3, "recordsRequests": false,
                  "rules": [ { "model": "gpt-5.5", "every": 5, "behaviour": { "status": 500 } } ],
                  "benchmark": { "contentBytes": 128, "chunks": 32 } }
                """)
        #expect(script.defaultBehaviour.chunkDelayMilliseconds == 20)
        #expect(script.models == ["a"])
        #expect(script.cachedPercent == 25)
        #expect(script.reasoningTokens == 3)
        #expect(!script.recordsRequests)
        #expect(script.rules == [SimulatorRule(model: "gpt-5.5", every: 5, behaviour: try SimulatedBehaviour("status=500"))])
        #expect(script.benchmark == BenchmarkScript(contentBytes: 128, chunks: 32))
        #expect(try SimulatorScript(json: "{}") == .default)
    }

    @Test(
        "A script that cannot be obeyed is refused with a message that names the place",
        arguments: [
            ("{", "not JSON"), ("[]", "the script"), (#"{"defualt":""}"#, "defualt"), (#"{"models":3}"#, "models"),
            (#"{"default":"statsu=1"}"#, "statsu"), (#"{"rules":[{"every":0,"behaviour":""}]}"#, "every"),
            (#"{"rules":[{}]}"#, "behaviour"),
            (#"{"rules":[{"behaviour":"","sequence":[]}]}"#, "sequence"), (#"{"cachedPercent":101}"#, "cachedPercent"),
            (#"{"benchmark":{"contentBytes":4,"chunks":5}}"#, "chunks"), (#"{"benchmark":{"bytes":4}}"#, "bytes"),
        ])
    func refusals(_ json: String, _ place: String) {
        let error = #expect(throws: SimulatorScriptError.self) { try SimulatorScript(json: json) }
        #expect(error?.message.contains(place) == true)
    }

    @Test("A script survives being written to JSON and read again")
    func codable() throws {
        let script = SimulatorScript(
            rules: [SimulatorRule(sequence: [try SimulatedBehaviour("cut=1"), SimulatedBehaviour()], repeats: true)],
            benchmark: BenchmarkScript(contentBytes: 8, chunks: 2, chunksPerWrite: 1))
        let json = String(decoding: try JSONEncoder().encode(script), as: UTF8.self)
        #expect(try SimulatorScript(json: json) == script)
    }

    private func picks(_ rules: [SimulatorRule], models: [String]) -> [Int?] {
        var progress = RuleProgress(rules: rules)
        return models.map { progress.behaviour(forModel: $0)?.status }
    }

    @Test("A rule picks every Nth of the requests that fit its model")
    func every() throws {
        let rule = SimulatorRule(model: "a*", every: 2, behaviour: try SimulatedBehaviour("status=500"))
        #expect(picks([rule], models: ["a1", "b", "a2", "b", "a3", "a4", "a"]) == [nil, nil, 500, nil, nil, 500, nil])
    }

    @Test("A rule picks requests by number")
    func numbers() throws {
        let rule = SimulatorRule(numbers: [1, 3], behaviour: try SimulatedBehaviour("status=429"))
        #expect(picks([rule], models: ["a", "b", "c", "d"]) == [429, nil, 429, nil])
    }

    @Test("A sequence is walked once, or again and again")
    func sequence() throws {
        let steps = [try SimulatedBehaviour("status=500"), try SimulatedBehaviour("status=503")]
        #expect(picks([SimulatorRule(sequence: steps)], models: ["a", "a", "a"]) == [500, 503, nil])
        #expect(picks([SimulatorRule(sequence: steps, repeats: true)], models: ["a", "a", "a"]) == [500, 503, 500])
        #expect(picks([SimulatorRule(sequence: [], repeats: true)], models: ["a"]) == [nil])
    }

    @Test("The first rule that picks a request decides, and the others count it all the same")
    func order() throws {
        let rules = [
            SimulatorRule(model: "a", behaviour: try SimulatedBehaviour("status=500")),
            SimulatorRule(numbers: [2], behaviour: try SimulatedBehaviour("status=503")),
        ]
        #expect(picks(rules, models: ["a", "b", "b"]) == [500, 503, nil])
    }
}
