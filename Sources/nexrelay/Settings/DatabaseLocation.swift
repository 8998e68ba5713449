import RelayDomain

/// Where the books are.
enum DatabaseLocation: Hashable, Sendable, CustomStringConvertible {
    /// A file, by its absolute path.
    case sqlite(file: String)
    /// A URI of libpq's (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING), which may hold a password.
    case postgres(url: String)

    /// Reads `sqlite:` and a file, or a `postgres://` URL; nil for anything else.
    /// - Parameter directory: what a relative file is relative to.
    init?(_ text: String, directory: String) {
        if text.hasPrefix("sqlite:"), text.count > 7 {
            self = .sqlite(file: FilePath.resolve(String(text.dropFirst(7)), relativeTo: directory))
        } else if ["postgres://", "postgresql://"].contains(where: { text.hasPrefix($0) && text.count > $0.count }) {
            self = .postgres(url: text)
        } else {
            return nil
        }
    }

    /// Without the user's name and password, and without parameters, which may be secrets too.
    var description: String {
        switch self {
        case .sqlite(let file): return file
        case .postgres(let url):
            let (scheme, rest) = (url.prefix { $0 != ":" }, url.drop { $0 != ":" }.dropFirst(3))
            let place = rest.prefix { $0 != "?" }
            // A password may hold an @ that was not encoded: what stands behind the last one is the place.
            return "\(scheme)://\(place.lastIndex(of: "@").map { place[place.index(after: $0)...] } ?? place)"
        }
    }
}

/// How a node shares its books with others.
struct NodeSettings: Hashable, Sendable {
    /// For people who read logs and the list of nodes; nil takes the machine's name.
    var name: String?
    var lease = LeaseTimes()
}
