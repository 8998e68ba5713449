/// The fields of the JSON of `POST /v1/completions` that the simulator looks at, as OpenAI's reference names them.
struct CompletionBody: Decodable {
    let model: String?
    let prompt: TextInputs?
    let stream: Bool?
    let streamOptions: StreamOptions?
    let maxTokens: WholeNumber?
    let n: WholeNumber?
    let bestOf: WholeNumber?
    let echo: Bool?

    private enum CodingKeys: String, CodingKey {
        case model, prompt, stream, n, echo
        case streamOptions = "stream_options"
        case maxTokens = "max_tokens"
        case bestOf = "best_of"
    }
}
