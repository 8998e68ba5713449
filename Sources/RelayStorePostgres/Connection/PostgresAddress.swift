import CLibPQ
import Foundation
import RelayStore

/// Where the database is, as libpq understands it. The URL may hold a password: it is never printed, nor is what libpq says of a URL
/// that it cannot read.
struct PostgresAddress: Sendable, CustomStringConvertible {
    private let url: String
    private let secrets: [String]

    var description: String { "a PostgreSQL database" }

    /// - Throws: ``StoreFailure`` for what is no URI of libpq's.
    init(url: String) throws {
        guard let scheme = ["postgres://", "postgresql://"].first(where: url.hasPrefix) else {
            throw StoreFailure(.unavailable, "the database's URL does not begin with postgres://")
        }
        guard Self.isPasswordEncoded(url.dropFirst(scheme.count)) else {
            throw StoreFailure(.unavailable, "the database's URL has characters before its last @ that must be percent-encoded")
        }
        guard let options = PQconninfoParse(url, nil) else {
            throw StoreFailure(.unavailable, "the database's URL is none that libpq can read")
        }
        defer { PQconninfoFree(options) }
        var secrets: [String] = []
        var option = options
        while let keyword = option.pointee.keyword {
            if ["password", "sslpassword"].contains(String(cString: keyword)), let value = option.pointee.val, value.pointee != 0 {
                secrets.append(String(cString: value))
            }
            option += 1
        }
        self.url = url
        self.secrets = secrets
    }

    /// Whether what is perhaps a password holds nothing that ends one: else a part of it would be taken for a host, and be named in errors.
    private static func isPasswordEncoded(_ rest: Substring) -> Bool {
        guard let at = rest.lastIndex(of: "@"), let colon = rest[..<at].firstIndex(of: ":") else { return true }
        return rest[rest.index(after: colon)..<at].allSatisfy { !"@/:?#[] ".contains($0) }
    }

    /// Connects. Blocks for as long as the URL's `connect_timeout` says, five seconds unless it does.
    /// - Throws: ``StoreFailure`` with libpq's words, less the password.
    func connect() throws -> OpaquePointer {
        let settings = Self.defaults + [("dbname", url), ("client_encoding", "UTF8")]
        var keywords = settings.map { UnsafePointer(strdup($0.0)) } + [nil]
        var values = settings.map { UnsafePointer(strdup($0.1)) } + [nil]
        defer { (keywords + values).forEach { free(UnsafeMutablePointer(mutating: $0)) } }
        guard let handle = PQconnectdbParams(&keywords, &values, 1) else { throw StoreFailure(.unavailable, "no memory for a connection") }
        guard PQstatus(handle) == CONNECTION_OK else {
            defer { PQfinish(handle) }
            throw StoreFailure(.unavailable, redacted(PostgresError.message(of: handle)))
        }
        // Else libpq prints the server's notices on standard error.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        return handle
    }

    private func redacted(_ message: String) -> String {
        secrets.reduce(message) { $0.replacing($1, with: "…") }
    }

    /// What the URL may say otherwise. A network that swallows packets is noticed within ten seconds, and a standby is not written to.
    private static let defaults = [
        ("application_name", "nexrelay"), ("connect_timeout", "5"), ("keepalives", "1"), ("keepalives_idle", "5"),
        ("keepalives_interval", "2"), ("keepalives_count", "3"), ("tcp_user_timeout", "10000"), ("target_session_attrs", "read-write"),
    ]
}
