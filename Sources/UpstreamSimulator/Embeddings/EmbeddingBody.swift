/// The fields of the JSON of `POST /v1/embeddings` that the simulator looks at, as OpenAI's reference names them.
struct EmbeddingBody: Decodable {
    let model: String?
    let input: TextInputs?
    let encodingFormat: String?
    let dimensions: WholeNumber?

    private enum CodingKeys: String, CodingKey {
        case model, input, dimensions
        case encodingFormat = "encoding_format"
    }
}
