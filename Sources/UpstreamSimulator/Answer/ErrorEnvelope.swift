import NIOCore

/// OpenAI's error envelope, with the types and codes that its API uses.
enum ErrorEnvelope {
    static let streamMessage = "The server had an error while processing your request (simulated)."

    /// `{"error": {"message", "type", "param", "code"}}` for a status.
    static func json(status: Int, message: String? = nil, param: String? = nil, code: String? = nil) -> String {
        let words = Self.words(for: status)
        var json = ByteBuffer()
        json.writeStaticString(#"{"error":{"message":"#)
        json.writeJSONString(message ?? words.message)
        json.writeString(#","type":"\#(words.type)","param":"#)
        write(param, to: &json)
        json.writeStaticString(#","code":"#)
        write(message == nil ? words.code : code, to: &json)
        json.writeStaticString("}}")
        return String(buffer: json)
    }

    private static func write(_ text: String?, to json: inout ByteBuffer) {
        if let text { json.writeJSONString(text) } else { json.writeStaticString("null") }
    }

    private static func words(for status: Int) -> (type: String, code: String?, message: String) {
        switch status {
        case 401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided (simulated).")
        case 403: ("invalid_request_error", "unsupported_country", "Country, region, or territory not supported (simulated).")
        case 404: ("invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it (simulated).")
        case 429: ("requests", "rate_limit_exceeded", "Rate limit reached for requests (simulated).")
        case 503: ("server_error", nil, "The engine is currently overloaded, please try again later (simulated).")
        case 500...: ("server_error", nil, streamMessage)
        default: ("invalid_request_error", nil, "The request was refused with status \(status) (simulated).")
        }
    }
}
