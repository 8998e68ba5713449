import Hummingbird
import HummingbirdTesting
import RelayDomain

@testable import RelayConsole

/// An answer as a test looks at it.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String

    static func get(
        _ client: any TestClientProtocol, _ method: HTTPRequest.Method, _ path: String, _ body: String?, token: String?,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        let response = try await client.executeRequest(
            uri: path, method: method, headers: headers, body: body.map(ByteBuffer.init(string:)))
        return Answer(status: response.status.code, headers: response.headers, text: String(buffer: response.body))
    }

    /// The body; `null` when it is no JSON.
    var json: JSONValue { (try? JSONParser.parse(Array(text.utf8))) ?? .null }

    /// `status code param`: all of a refusal that a program decides by.
    var refusal: String {
        let error = json["error"]
        return "\(status) \(error["code"].string)" + (error["param"] == .null ? "" : " \(error["param"].string)")
    }

    func header(_ name: String) -> String? { headers[HTTPFields.Element.Name(name)!] }
}

extension JSONValue {
    /// A field of an object; `null` when there is none.
    subscript(_ name: String) -> JSONValue {
        guard case .object(let fields) = self else { return .null }
        return fields.first { $0.name == name }?.value ?? .null
    }

    var string: String { if case .string(let text) = self { text } else { "" } }
    var items: [JSONValue] { if case .array(let values) = self { values } else { [] } }
    var names: [String] { if case .object(let fields) = self { fields.map(\.name) } else { [] } }
}
