/// Gives some requests a behaviour. A rule counts the requests that its `model` fits, from 1, and picks among them.
///
///     { "model": "gpt-5.5", "behaviour": "status=500" }                     every request for that model
///     { "every": 5, "behaviour": { "usage": "missing" } }                   the 5th, 10th, 15th …
///     { "numbers": [1, 2], "behaviour": "status=429; retry-after=1" }       the first two
///     { "sequence": ["cut=before", "", "status=503"], "repeats": true }     in turn; an empty string is the friendly answer
public struct SimulatorRule: Codable, Equatable, Sendable {
    /// The model's name, or its beginning and `*`. All models when absent.
    public var model: String?
    /// Picks each request whose number divides by it; at least 1.
    public var every: Int?
    /// Picks the requests with these numbers.
    public var numbers: [Int]?
    /// What picked requests get.
    public var behaviour: SimulatedBehaviour?
    /// What the first, second, third … request get, instead of `behaviour`. After its end the rule picks nothing, unless it `repeats`.
    public var sequence: [SimulatedBehaviour]?
    /// Whether `sequence` starts again after its end; false when absent.
    public var repeats: Bool?

    public init(
        model: String? = nil, every: Int? = nil, numbers: [Int]? = nil, behaviour: SimulatedBehaviour? = nil,
        sequence: [SimulatedBehaviour]? = nil, repeats: Bool? = nil
    ) {
        self.model = model
        self.every = every
        self.numbers = numbers
        self.behaviour = behaviour
        self.sequence = sequence
        self.repeats = repeats
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case model, every, numbers, behaviour, sequence, repeats
    }

    public init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(otherThan: CodingKeys.allCases.map(\.rawValue), of: "a rule")
        let values = try decoder.container(keyedBy: CodingKeys.self)
        model = try values.decodeIfPresent(String.self, forKey: .model)
        every = try values.decodeIfPresent(Int.self, forKey: .every)
        numbers = try values.decodeIfPresent([Int].self, forKey: .numbers)
        behaviour = try values.decodeIfPresent(SimulatedBehaviour.self, forKey: .behaviour)
        sequence = try values.decodeIfPresent([SimulatedBehaviour].self, forKey: .sequence)
        repeats = try values.decodeIfPresent(Bool.self, forKey: .repeats)
        guard every.map({ $0 >= 1 }) ?? true else { throw SimulatorScriptError("every takes a whole number from 1") }
        guard (behaviour == nil) != (sequence == nil) else { throw SimulatorScriptError("a rule has either a behaviour or a sequence") }
    }

    func fits(model name: String) -> Bool {
        guard let model else { return true }
        return model.last == "*" ? name.hasPrefix(model.dropLast()) : name == model
    }

    /// What the request with this number, among those that fit, gets; nil when the rule leaves it to others.
    func pick(number: Int) -> SimulatedBehaviour? {
        if let every, number % every != 0 { return nil }
        if let numbers, !numbers.contains(number) { return nil }
        guard let sequence else { return behaviour }
        if repeats == true, !sequence.isEmpty { return sequence[(number - 1) % sequence.count] }
        return number <= sequence.count ? sequence[number - 1] : nil
    }
}
