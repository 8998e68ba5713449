import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import RelayGateway

/// Reaches every upstream, all at once, and asks the relay that may be running whether it can write its ledger.
enum UpstreamInspection {
    private static let timeoutSeconds: Int64 = 5

    static func run(_ settings: Settings) async throws -> [Inspection.Finding] {
        try await HTTPClient.withTemporary(connectSeconds: timeoutSeconds) { http in
            await withTaskGroup(of: (Int, Inspection.Finding).self) { group in
                group.addTask { (-1, await relay(settings.admin, http)) }
                for (index, upstream) in settings.upstreams.enumerated() {
                    group.addTask { (index, await reach(upstream, http)) }
                }
                var findings: [(Int, Inspection.Finding)] = []
                for await finding in group { findings.append(finding) }
                return findings.sorted { $0.0 < $1.0 }.map(\.1)
            }
        }
    }

    /// Any answer counts but one that says that the credential is wrong: not every upstream lists its models.
    private static func reach(_ upstream: UpstreamConfiguration, _ http: HTTPClient) async -> Inspection.Finding {
        let host = upstream.host.contains(":") ? "[\(upstream.host)]" : upstream.host
        let port = upstream.port == (upstream.isTLS ? 443 : 80) ? "" : ":\(upstream.port)"
        let url = "\(upstream.isTLS ? "https" : "http")://\(host)\(port)\(upstream.path)/models"
        func finding(_ isOK: Bool, _ detail: String) -> Inspection.Finding {
            Inspection.Finding(name: "upstream \(upstream.name)", isOK: isOK, detail: "\(url): \(detail)")
        }
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "authorization", value: "Bearer \(upstream.apiKey)")
        do {
            let status = Int(try await http.execute(request, timeout: .seconds(timeoutSeconds)).status.code)
            let isRefused = status == 401 || status == 403
            return finding(!isRefused, isRefused ? "refuses the credential (status \(status))" : "reached (status \(status))")
        } catch {
            return finding(false, ConnectionFault.describe(error))
        }
    }

    /// That none is running is no fault.
    private static func relay(_ admin: AdminEndpoint, _ http: HTTPClient) async -> Inspection.Finding {
        let url = "http://\(admin.clientAuthority)/readyz"
        guard let response = try? await http.execute(HTTPClientRequest(url: url), timeout: .seconds(timeoutSeconds)) else {
            return Inspection.Finding(name: "relay", isOK: true, detail: "none is running at \(admin.clientAuthority)")
        }
        let isReady = response.status == .ok
        return Inspection.Finding(
            name: "relay", isOK: isReady,
            detail: isReady ? "running at \(admin.clientAuthority)" : "what answers at \(admin.clientAuthority) is not ready")
    }
}
