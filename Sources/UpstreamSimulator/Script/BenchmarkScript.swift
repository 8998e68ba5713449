/// The answer that is rendered once and sent to every chat request, plain or streamed.
///
/// The body of a request is not parsed; only `"stream":true` is looked for. So the model is not echoed, the output limit is not obeyed
/// (choose `contentBytes` below what the clients allow: 4 bytes are a token), and a stream always ends with a usage chunk.
public struct BenchmarkScript: Codable, Equatable, Sendable {
    /// Bytes of the answer's text.
    public var contentBytes: Int
    /// Content chunks of a stream; the text is divided evenly.
    public var chunks: Int
    /// Chunks that share one write; all of them when absent. 1 is how a model that thinks between them sends.
    public var chunksPerWrite: Int?
    /// The model that answers name.
    public var model: String
    /// Prompt tokens that are reported, and how many of them as cached.
    public var promptTokens: Int
    public var cachedTokens: Int

    public init(
        contentBytes: Int, chunks: Int, chunksPerWrite: Int? = nil, model: String = "gpt-5.2", promptTokens: Int = 10, cachedTokens: Int = 0
    ) {
        self.contentBytes = contentBytes
        self.chunks = chunks
        self.chunksPerWrite = chunksPerWrite
        self.model = model
        self.promptTokens = promptTokens
        self.cachedTokens = cachedTokens
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case contentBytes, chunks, chunksPerWrite, model, promptTokens, cachedTokens
    }

    public init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(otherThan: CodingKeys.allCases.map(\.rawValue), of: "benchmark")
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(contentBytes: 256, chunks: 64)
        contentBytes = try values.decodeIfPresent(Int.self, forKey: .contentBytes) ?? contentBytes
        chunks = try values.decodeIfPresent(Int.self, forKey: .chunks) ?? chunks
        chunksPerWrite = try values.decodeIfPresent(Int.self, forKey: .chunksPerWrite)
        model = try values.decodeIfPresent(String.self, forKey: .model) ?? model
        promptTokens = try values.decodeIfPresent(Int.self, forKey: .promptTokens) ?? promptTokens
        cachedTokens = try values.decodeIfPresent(Int.self, forKey: .cachedTokens) ?? cachedTokens
        guard (1...SimulatorLimits.chunkBytes).contains(contentBytes), (1...contentBytes).contains(chunks) else {
            let most = SimulatorLimits.chunkBytes
            throw SimulatorScriptError("benchmark takes contentBytes from 1 to \(most) and chunks from 1 to contentBytes")
        }
        guard chunksPerWrite.map({ $0 >= 1 }) ?? true, promptTokens >= 0, cachedTokens >= 0 else {
            throw SimulatorScriptError("benchmark takes chunksPerWrite from 1, and no negative tokens")
        }
    }
}
