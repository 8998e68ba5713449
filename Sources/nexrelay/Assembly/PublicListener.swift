import RelayGateway
import ServiceLifecycle

/// The gateway as a service: listens once what it leans on is there.
struct PublicListener: Service {
    let gateway: Gateway
    /// Waits for the admin API and the console.
    /// - Returns: the admin API's port; nil when the wait was cancelled.
    let prerequisites: @Sendable () async -> Int?
    /// Called with the public and the admin port.
    let onListening: @Sendable (Int, Int) -> Void

    func run() async throws {
        guard let adminPort = await cancelWhenGracefulShutdown({ await prerequisites() }) else { return }
        onListening(try await gateway.start(), adminPort)
        try await gateway.run()
    }
}
