/// Why a look at a chain came to nothing. The cursor stays where it was.
public enum ScanFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// One endpoint failed; another may do.
    case endpoint(RPCFailure)
    /// Two endpoints tell different things about what is final: one of them is wrong, and nothing here can tell which.
    case disagreement(String)
    /// Every endpoint failed and is left alone for a while. The last failures, by endpoint.
    case noEndpoint([RPCFailure])
    /// Two or more endpoints are configured, and one alone works: it is not believed. The last failures of the others.
    case noWitness([RPCFailure])
    /// What the endpoints call final is far below what the books hold: these, or those, are wrong.
    case behindBooks(final: Int64, cursor: Int64)

    public var description: String {
        switch self {
        case .endpoint(let failure): failure.description
        case .disagreement(let what): "endpoints disagree: \(what)"
        case .noEndpoint(let failures): "no endpoint answers: \(failures.map(\.description).joined(separator: "; "))"
        case .noWitness(let failures): "one endpoint alone is not believed: \(failures.map(\.description).joined(separator: "; "))"
        case .behindBooks(let final, let cursor): "the chain is final up to block \(final), and the books hold it up to \(cursor)"
        }
    }
}
