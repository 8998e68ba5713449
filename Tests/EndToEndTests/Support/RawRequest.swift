/// Requests as bytes.
enum RawRequest {
    static func chat(
        _ body: String, key: String?, target: String = "/v1/chat/completions", version: String = "HTTP/1.1", headers: String = ""
    ) -> String {
        head(bytes: body.utf8.count, key: key, target: target, version: version, headers: headers) + body
    }

    /// - Parameter headers: lines, each with its end.
    static func head(
        bytes: Int, key: String?, target: String = "/v1/chat/completions", version: String = "HTTP/1.1", headers: String = ""
    ) -> String {
        let authorization = key.map { "authorization: Bearer \($0)\r\n" } ?? ""
        return
            "POST \(target) \(version)\r\nhost: relay\r\ncontent-type: application/json\r\ncontent-length: \(bytes)\r\n\(authorization)\(headers)\r\n"
    }
}
