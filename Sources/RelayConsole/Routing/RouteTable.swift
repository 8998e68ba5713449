import Hummingbird

/// All routes of a listener.
///
/// Hummingbird's own router answers 404 to a method that a path does not have; the contract's answer is 405 and the methods that it has.
struct RouteTable: Sendable {
    enum Match {
        case found(Route, parameters: [String: String])
        /// - Parameter allow: the `Allow` header: what the path has.
        case wrongMethod(allow: String)
        case nothing
    }

    let routes: [Route]

    init(_ routes: [Route]) {
        self.routes = routes
    }

    /// A HEAD is answered by the GET of the same path. Of several patterns that fit, the first counts.
    func match(_ method: HTTPRequest.Method, path: String) -> Match {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        let wanted = method == .head ? .get : method
        var allowed: [String] = []
        for route in routes {
            guard let parameters = route.match(segments) else { continue }
            if route.method == wanted { return .found(route, parameters: parameters) }
            for method in route.method == .get ? [.get, .head] : [route.method] where !allowed.contains(method.rawValue) {
                allowed.append(method.rawValue)
            }
        }
        return allowed.isEmpty ? .nothing : .wrongMethod(allow: allowed.joined(separator: ", "))
    }
}
