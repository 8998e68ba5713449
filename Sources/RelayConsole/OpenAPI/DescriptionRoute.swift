import Hummingbird

/// Serves a description. It is the same for everyone and for as long as the process runs, so it is made once.
struct DescriptionRoute {
    static let path = "/openapi.json"

    private let path: String
    private let text: String
    private let etag: String

    init(_ description: APIDescription, at path: String = Self.path) {
        self.path = path
        text = description.json.jsonText
        etag = "\"\(description.version)-\(Self.fingerprint(text))\""
    }

    var route: Route {
        Route(.get, path) { [text, etag] call in
            var headers: HTTPFields = [:]
            headers[.eTag] = etag
            // It may be kept, and is asked for again: after an upgrade it is another.
            headers[.cacheControl] = "no-cache"
            if Self.isKnown(etag, to: call.request) { return Response(status: .notModified, headers: headers) }
            headers[.contentType] = "application/json"
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
    }

    /// Whether `If-None-Match` names the version (RFC 9110, section 13.1.2: compared weakly).
    private static func isKnown(_ etag: String, to request: Request) -> Bool {
        request.headers[values: .ifNoneMatch].contains { value in
            value.split(separator: ",").contains { part in
                let tag = String(part).trimmed
                return tag == "*" || tag == etag || tag == "W/" + etag
            }
        }
    }

    /// FNV-1a, 64 bits: tells two versions of a document apart, also those of two processes.
    private static func fingerprint(_ text: String) -> String {
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(state, radix: 16)
    }
}
