import Hummingbird
import NIOCore
import RelayDomain

/// A request that a route has matched.
struct Call: Sendable {
    let request: Request
    /// What the path has in place of the route's names in braces, percent-decoded.
    let parameters: [String: String]

    /// Where the client is, as the gateway says, which alone can reach the private socket and lets through nothing that a client says of it.
    var address: NetworkAddress? {
        request.headers.first { $0.name.canonicalName == "x-forwarded-for" }.flatMap { NetworkAddress($0.value) }
    }

    /// An id in the path.
    /// - Parameter noun: what it names, for the message.
    /// - Throws: `not_found` for what cannot be an id. The text is not repeated: it may be a secret that was pasted by mistake.
    func identifier<Kind>(_ name: String, of noun: String) throws(Refusal) -> Identifier<Kind> {
        guard let id = parameters[name].flatMap({ Identifier<Kind>($0) }) else { throw .noSuch(noun) }
        return id
    }

    /// The query, of which all parameters must be among `names`.
    func query(_ names: String...) throws(Refusal) -> Query {
        try Query(request, names: names)
    }

    /// The fields of the body, which is a JSON object or empty.
    func fields(upTo limit: Int = ConsoleLimits.bodyBytes) async throws(Refusal) -> Fields {
        let bytes = try await body(upTo: limit)
        guard !bytes.isEmpty else { return Fields() }
        return try Fields(JSONParser.parse(bytes))
    }

    func body(upTo limit: Int) async throws(Refusal) -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw Self.tooLarge(limit) }
        do {
            return Array(buffer: try await request.body.collect(upTo: limit))
        } catch is NIOTooManyBytesError {
            throw Self.tooLarge(limit)
        } catch {
            throw Refusal(.invalidRequest, "The body did not arrive whole.")
        }
    }

    private static func tooLarge(_ limit: Int) -> Refusal { Refusal(.requestTooLarge, "A body has at most \(limit) bytes here.") }
}

extension Refusal {
    static func noSuch(_ noun: String) -> Refusal { Refusal(.notFound, "There is no such \(noun).") }
}
