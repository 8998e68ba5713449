/// An endpoint of OpenAI's API that the relay serves through its ledger, and all in which it differs from the others.
///
/// Source: OpenAI's API reference.
public enum Endpoint: Int, CaseIterable, Sendable {
    case chatCompletions, responses, completions, embeddings, moderations
    /// `POST /v1/responses/input_tokens`: answered by the relay itself.
    case inputTokens

    /// The path at the relay, and the receipts' `endpoint`.
    public var path: String { "/v1" + upstreamPath }

    /// What stands behind an upstream's own path.
    public var upstreamPath: String {
        switch self {
        case .chatCompletions: "/chat/completions"
        case .responses: "/responses"
        case .completions: "/completions"
        case .embeddings: "/embeddings"
        case .moderations: "/moderations"
        case .inputTokens: "/responses/input_tokens"
        }
    }

    /// nil for a path that is none of an endpoint's.
    public init?(path: some StringProtocol) {
        guard let endpoint = Self.allCases.first(where: { $0.path == path }) else { return nil }
        self = endpoint
    }

    /// The request's field that holds the input.
    public var inputField: String { promptField.key }

    var promptField: BodyField {
        switch self {
        case .chatCompletions: .messages
        case .responses, .embeddings, .moderations, .inputTokens: .input
        case .completions: .prompt
        }
    }

    // MARK: What it costs

    /// Below so many output tokens an answer is of no use, or not to be had; 0 where answers have no output tokens at all.
    public var leastOutputTokens: Int64 {
        switch self {
        case .chatCompletions, .completions: 1
        case .responses: 16
        case .embeddings, .moderations, .inputTokens: 0
        }
    }

    /// Whether requests are charged for.
    public var isMetered: Bool { self != .moderations && self != .inputTokens }

    /// Whether the relay answers without an upstream.
    public var isAnsweredHere: Bool { self == .inputTokens }

    /// Whether any chat model will do. Where not, a request names its model, and none of the plan's route takes its place.
    public var takesRoute: Bool {
        switch self {
        case .chatCompletions, .responses, .completions, .inputTokens: true
        case .embeddings, .moderations: false
        }
    }

    /// Whether the vocabulary of o200k_base counts the input as its models do. Embedding models have an older one.
    public var hasKnownVocabulary: Bool { self != .embeddings }

    // MARK: How its requests are written

    /// The fields that limit the output of one answer. The first is the one that is added where a request has none.
    var outputFields: [BodyField] { Self.outputFields[rawValue] }

    private static let outputFields: [[BodyField]] = allCases.map { endpoint in
        switch endpoint {
        case .chatCompletions: [.maxCompletionTokens, .maxTokens]
        case .responses: [.maxOutputTokens]
        case .completions: [.maxTokens]
        case .embeddings, .moderations, .inputTokens: []
        }
    }

    /// Fields of other endpoints that would limit or multiply the output, were they obeyed.
    var strangeFields: [BodyField] { Self.strangeFields[rawValue] }

    private static let strangeFields: [[BodyField]] = allCases.map { endpoint in
        switch endpoint {
        case .chatCompletions: [.maxOutputTokens]
        case .responses: [.maxTokens, .maxCompletionTokens, .n, .bestOf]
        case .completions: [.maxCompletionTokens, .maxOutputTokens]
        case .embeddings, .moderations, .inputTokens: []
        }
    }

    /// Whether usage comes on streams only where `stream_options.include_usage` asks for it.
    var asksForUsage: Bool { self == .chatCompletions || self == .completions }

    /// Whether a request is stored by the upstream unless it says otherwise.
    var storesByDefault: Bool { self == .responses }

    /// The fields that the relay reads, changes or refuses. All others pass as they come.
    private var fields: Set<BodyField> {
        let common = Set<BodyField>([.model, .models, .user, .promptCacheKey, .safetyIdentifier] + strangeFields)
        let streamed: Set<BodyField> = [
            .stream, .streamOptions, .serviceTier, .store, .promptCacheOptions, .contextManagement, .searchParameters, .plugins,
        ]
        switch self {
        case .chatCompletions:
            return common.union(streamed).union([
                .messages, .maxTokens, .maxCompletionTokens, .n, .bestOf, .modalities, .audio, .tools, .webSearchOptions,
            ])
        case .responses:
            return common.union(streamed).union([
                .input, .maxOutputTokens, .tools, .background, .previousResponseID, .conversation, .promptTemplate,
                .instructions,
            ])
        case .inputTokens:
            return common.union([.input, .tools, .previousResponseID, .conversation, .promptTemplate, .instructions])
        case .completions: return common.union(streamed).union([.prompt, .maxTokens, .n, .bestOf])
        case .embeddings, .moderations: return common.union([.input])
        }
    }

    /// Members of any object by which a message or an item may hold more than text. Without one of them there is nothing to look for.
    private static let suspicious = ["image_url", "input_audio", "file", "file_id", "audio"]

    private static let watches = allCases.map { endpoint in
        let fields = endpoint.fields
        return JSONWatch(members: BodyField.allCases.map { fields.contains($0) ? $0.key : nil }, counting: suspicious)
    }

    /// What a scan of its bodies looks for; members by the raw values of ``BodyField``.
    var watch: JSONWatch { Self.watches[rawValue] }
}
