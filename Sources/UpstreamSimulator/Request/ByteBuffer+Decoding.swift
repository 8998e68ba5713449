import Foundation
import NIOCore

extension ByteBuffer {
    /// Reads a request's JSON.
    ///
    /// - Throws: `RequestRefusal`, which names the field that is wrong, where it is one.
    func decoded<Body: Decodable>() throws(RequestRefusal) -> Body {
        do {
            return try JSONDecoder().decode(Body.self, from: Data(readableBytesView))
        } catch let DecodingError.typeMismatch(type, context) {
            throw Self.wrongType(at: context, isDecimal: type == Int.self)
        } catch let DecodingError.valueNotFound(_, context) {
            throw Self.wrongType(at: context, isDecimal: false)
        } catch let DecodingError.keyNotFound(key, context) {
            let param = (context.codingPath.first ?? key).stringValue
            throw RequestRefusal(
                message: "Missing required parameter: '\(key.stringValue)'.", param: param, code: "missing_required_parameter")
        } catch {
            throw RequestRefusal(message: "We could not parse the JSON body of your request.")
        }
    }

    private static func wrongType(at context: DecodingError.Context, isDecimal: Bool) -> RequestRefusal {
        let param = context.codingPath.first?.stringValue
        let detail = isDecimal ? ": expected an integer, but got a decimal number instead." : "."
        return RequestRefusal(message: "Invalid type for '\(param ?? "body")'\(detail)", param: param, code: "invalid_type")
    }
}
