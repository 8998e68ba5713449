import Hummingbird
import RelayDomain

/// Lets nobody but the operator under `/admin`.
struct AdminAuthentication: Sendable {
    private static let root = "/admin"

    let isAdminToken: @Sendable (String) -> Bool

    /// - Throws: `invalid_api_key`, before anything is looked up.
    @Sendable func check(_ request: Request) throws(Refusal) {
        let path = request.uri.path
        guard path == Self.root || path.hasPrefix(Self.root + "/") else { return }
        guard let token = BearerToken.read(from: request), isAdminToken(token) else {
            throw Refusal(
                .invalidAPIKey, "Send the admin token as `Authorization: Bearer …`. It lies in the data directory, as admin.token.")
        }
    }
}
