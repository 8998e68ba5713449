/// What only `POST /v1/embeddings` says.
struct EmbeddingParticulars: Equatable, Sendable {
    enum Encoding: String, Sendable {
        /// An array of numbers.
        case float
        /// A string: the base64 of little-endian 32-bit floats.
        case base64
    }

    var inputs: [TextOrTokens]
    var encoding = Encoding.float
    /// Numbers of each vector.
    var dimensions = 8
}

extension UpstreamRequest {
    /// What `POST /v1/embeddings` asks for: one vector for each input.
    init(embeddings body: EmbeddingBody, counting tokenCount: TokenCount) throws(RequestRefusal) {
        try self.init(requiring: body.model)
        guard let inputs = body.input?.items, !inputs.isEmpty else { throw .missing("input") }
        guard inputs.count <= SimulatorLimits.inputs else { throw .outOfRange("input", 1...SimulatorLimits.inputs) }
        var particulars = EmbeddingParticulars(inputs: inputs)
        if let name = body.encodingFormat {
            guard let encoding = EmbeddingParticulars.Encoding(rawValue: name) else {
                throw RequestRefusal(
                    message: "Invalid value: '\(name)'. Supported values are: 'float' and 'base64'.", param: "encoding_format",
                    code: "invalid_value")
            }
            particulars.encoding = encoding
        }
        particulars.dimensions = body.dimensions?.value ?? particulars.dimensions
        let range = 1...SimulatorLimits.dimensions
        guard range.contains(particulars.dimensions) else { throw .outOfRange("dimensions", range) }
        self.particulars = .embeddings(particulars)
        generations = 0
        promptTokens = tokenCount.inputs(inputs)
        read(userText: TextInputs.firstText(of: inputs))
    }
}
