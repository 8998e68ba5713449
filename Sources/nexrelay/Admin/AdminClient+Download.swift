import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension AdminClient {
    /// Bytes of a refusal.
    private static let refusalBytes = 1 << 20

    /// Hands on an answer that is no JSON as it comes, however long it is.
    /// - Parameter path: what follows `/admin/v1`, in parts that are not escaped yet.
    /// - Throws: ``CommandFailure`` when there is no relay, when it refuses, and when the answer breaks off: then what was handed on is not
    ///   the whole.
    func download(_ path: [String], to write: (ByteBuffer) -> Void) async throws {
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request(.GET, path), timeout: .seconds(Self.timeoutSeconds))
            guard response.status == .ok else {
                let refusal = try await response.body.collect(upTo: Self.refusalBytes)
                throw Self.failure(Int(response.status.code), AdminDocument(text: String(buffer: refusal)))
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw silence(error, timeoutSeconds: Self.timeoutSeconds)
        }
        do {
            for try await bytes in response.body { write(bytes) }
        } catch {
            throw CommandFailure(
                "the answer of the relay at \(authority) broke off (\(ConnectionFault.describe(error))): what was printed is not the whole",
                mayRepeat: true)
        }
    }
}
