/// `stream_options`, of chat and completions.
struct StreamOptions: Decodable {
    let includeUsage: Bool?

    private enum CodingKeys: String, CodingKey {
        case includeUsage = "include_usage"
    }
}
