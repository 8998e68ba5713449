import NIOHTTP1
import RelayWire

extension Endpoint {
    /// nil when the request is not one for the ledger: then the console answers it.
    init?(_ request: PublicRequest) {
        guard request.head.method == .POST else { return nil }
        self.init(path: request.path)
    }
}
