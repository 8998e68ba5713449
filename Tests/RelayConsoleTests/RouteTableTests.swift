import Hummingbird
import Testing

@testable import RelayConsole

@Suite("Routes")
struct RouteTableTests {
    private let table = RouteTable([
        Route(.get, "/things") { _ in Response(status: .ok) }, Route(.post, "/things") { _ in Response(status: .ok) },
        Route(.get, "/things/{id}.csv") { _ in Response(status: .ok) }, Route(.get, "/things/{id}") { _ in Response(status: .ok) },
        Route(.post, "/things/{id}/end") { _ in Response(status: .ok) },
    ])

    private func found(_ method: HTTPRequest.Method, _ path: String) -> String {
        switch table.match(method, path: path) {
        case .found(let route, let parameters): "\(route.method) \(route.pattern) \(parameters["id"] ?? "-")"
        case .wrongMethod(let allow): "allow \(allow)"
        case .nothing: "nothing"
        }
    }

    @Test("A path and a method find their route")
    func matches() {
        #expect(found(.get, "/things") == "GET /things -")
        #expect(found(.post, "/things") == "POST /things -")
        #expect(found(.get, "/things/a%2Fb%20c") == "GET /things/{id} a/b c")
        #expect(found(.post, "/things/7/end") == "POST /things/{id}/end 7")
        #expect(found(.head, "/things/7") == "GET /things/{id} 7")
        #expect(found(.get, "/things/7.csv") == "GET /things/{id}.csv 7")
        #expect(found(.get, "/things/7.c.csv") == "GET /things/{id}.csv 7.c")
        #expect(found(.get, "/things/.csv") == "GET /things/{id} .csv")
    }

    @Test("A method that a path does not have gets those that it has")
    func wrongMethod() {
        #expect(found(.delete, "/things") == "allow GET, HEAD, POST")
        #expect(found(.get, "/things/7/end") == "allow POST")
        #expect(found(.delete, "/things/7.csv") == "allow GET, HEAD")
        #expect(found(.head, "/things/7/end") == "allow POST")
    }

    @Test(
        "Other paths find nothing",
        arguments: ["", "/", "things", "/thing", "/things/", "/things//end", "/things/a%zz", "/things/%ff", "/things/7/end/x"])
    func nothing(path: String) {
        #expect(found(.get, path) == "nothing")
    }
}
