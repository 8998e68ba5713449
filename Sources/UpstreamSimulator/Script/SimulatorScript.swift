import Foundation

/// What the simulated upstream does; the JSON file of `nexrelay simulate-upstream --script FILE`. Every field may be absent.
///
///     {
///       "default": "chunk-delay=20",
///       "rules": [ { "every": 5, "behaviour": "status=500" } ],
///       "models": ["gpt-5.2", "gpt-5.3"],
///       "cachedPercent": 25,
///       "reasoningTokens": 3,
///       "recordsRequests": true
///     }
///
/// A request's behaviour is taken from, in this order: its `x-simulate` header; a `[[simulate …]]` in its last user message, or in the
/// first text of its prompt or input (relays do not forward headers that they do not know); the first rule that picks it; `default`.
public struct SimulatorScript: Codable, Equatable, Sendable {
    /// The behaviour where nothing else decides.
    public var defaultBehaviour: SimulatedBehaviour
    /// Tried in their order.
    public var rules: [SimulatorRule]
    /// What `GET /v1/models` lists. Requests for other models are answered all the same.
    public var models: [String]
    /// The part of the prompt tokens that is reported as cached, 0 to 100, rounded down.
    public var cachedPercent: Int
    /// Reasoning tokens that every answer reports inside its completion tokens, as far as the output limit allows.
    public var reasoningTokens: Int
    /// Whether `GET /simulator/requests` remembers what was received.
    public var recordsRequests: Bool
    /// Answers from memory, for benchmarks. Then nothing is recorded.
    public var benchmark: BenchmarkScript?

    public init(
        defaultBehaviour: SimulatedBehaviour = SimulatedBehaviour(), rules: [SimulatorRule] = [],
        models: [String] = ["gpt-5.2", "gpt-5.3", "gpt-5.4", "gpt-5.5"], cachedPercent: Int = 0, reasoningTokens: Int = 0,
        recordsRequests: Bool = true, benchmark: BenchmarkScript? = nil
    ) {
        self.defaultBehaviour = defaultBehaviour
        self.rules = rules
        self.models = models
        self.cachedPercent = cachedPercent
        self.reasoningTokens = reasoningTokens
        self.recordsRequests = recordsRequests
        self.benchmark = benchmark
    }

    /// Friendly answers only.
    public static let `default` = SimulatorScript()

    /// Reads a script file's text.
    ///
    /// - Throws: `SimulatorScriptError`, whose message says what is wrong and where.
    public init(json: String) throws(SimulatorScriptError) {
        do {
            self = try JSONDecoder().decode(SimulatorScript.self, from: Data(json.utf8))
        } catch let error as SimulatorScriptError {
            throw error
        } catch DecodingError.dataCorrupted {
            throw SimulatorScriptError("the script is not JSON")
        } catch let DecodingError.typeMismatch(_, context), let DecodingError.valueNotFound(_, context) {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw SimulatorScriptError("\(path.isEmpty ? "the script" : path) has a value of the wrong type")
        } catch {
            throw SimulatorScriptError("the script cannot be read: \(error)")
        }
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case defaultBehaviour = "default"
        case rules, models, cachedPercent, reasoningTokens, recordsRequests, benchmark
    }

    public init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(otherThan: CodingKeys.allCases.map(\.rawValue), of: "a script")
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        defaultBehaviour = try values.decodeIfPresent(SimulatedBehaviour.self, forKey: .defaultBehaviour) ?? defaultBehaviour
        rules = try values.decodeIfPresent([SimulatorRule].self, forKey: .rules) ?? rules
        models = try values.decodeIfPresent([String].self, forKey: .models) ?? models
        cachedPercent = try values.decodeIfPresent(Int.self, forKey: .cachedPercent) ?? cachedPercent
        reasoningTokens = try values.decodeIfPresent(Int.self, forKey: .reasoningTokens) ?? reasoningTokens
        recordsRequests = try values.decodeIfPresent(Bool.self, forKey: .recordsRequests) ?? recordsRequests
        benchmark = try values.decodeIfPresent(BenchmarkScript.self, forKey: .benchmark)
        guard (0...100).contains(cachedPercent) else { throw SimulatorScriptError("cachedPercent takes 0 to 100") }
        guard (0...SimulatorLimits.tokens).contains(reasoningTokens) else { throw SimulatorScriptError("reasoningTokens takes 0 or more") }
    }
}
