import Foundation
import Hummingbird
import RelayDomain
import Testing

@testable import RelayConsole

@Suite("Descriptions of the APIs")
struct DescriptionTests {
    /// A listener that describes what it serves.
    enum Listener: CaseIterable {
        case `public`, admin

        private var description: APIDescription {
            let version = ConsoleFixture.version
            return self == .public ? CustomerDescription.document(version: version) : AdminDescription.document(version: version)
        }

        var document: JSONValue { description.json }
        var operations: [APIOperation] { description.operations }
        var path: String { self == .public ? DescriptionRoute.path : AdminDescription.path }

        func routes(_ fixture: ConsoleFixture) -> [Route] {
            let ledger = LedgerAccess(
                reader: fixture.reader, writer: fixture.writer, now: { fixture.now }, hashSecret: ConsoleFixture.hash,
                webhooks: fixture.webhooks)
            let version = ConsoleFixture.version
            guard self == .public else {
                return AdminRoutes.table(
                    ledger: ledger, people: fixture.people, operation: Operation(health: { [] }, metrics: { "" }), version: version,
                    logger: fixture.logger
                ).routes
            }
            // What is read by people is no API.
            return CustomerRoutes.table(
                ledger: ledger, people: fixture.people, facts: ConsoleFixture.facts, version: version, logger: fixture.logger
            ).routes
                .filter { $0.pattern.hasPrefix("/v1/") || $0.pattern == DescriptionRoute.path }
        }

        func answer(_ fixture: ConsoleFixture, headers: HTTPFields = [:]) async throws -> Answer {
            try await self == .public
                ? fixture.customer(.get, path, headers: headers) : fixture.admin(.get, path, headers: headers)
        }
    }

    @Test("Each is served as JSON, with the program's version", arguments: Listener.allCases)
    func served(listener: Listener) async throws {
        try await ConsoleFixture.run { fixture in
            let answer = try await listener.answer(fixture)
            #expect(answer.status == 200)
            #expect(answer.header("content-type") == "application/json")
            #expect(answer.text == listener.document.jsonText)
            #expect(try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) is [String: Any])
            #expect(listener.document["openapi"].string == "3.1.0")
            #expect(listener.document["info"]["title"].string.hasPrefix("NexRelay"))
            #expect(listener.document["info"]["version"].string == "1.2.3")
        }
    }

    @Test("The operator's is the operator's alone")
    func gate() async throws {
        try await ConsoleFixture.run { fixture in
            let answer = try await fixture.admin(.get, AdminDescription.path, token: nil)
            #expect(answer.refusal == "401 invalid_api_key")
        }
    }

    @Test("Every route is described, and nothing else is", arguments: Listener.allCases)
    func routes(listener: Listener) async throws {
        try await ConsoleFixture.run { fixture in
            let served = listener.routes(fixture).map { "\($0.method.rawValue) \($0.pattern)" }
            let paths = listener.document["paths"]
            let described = paths.names.flatMap { path in paths[path].names.map { "\($0.uppercased()) \(path)" } }
            #expect(Set(served) == Set(described))
            #expect(served.count == described.count, "a route or an operation stands twice")
        }
    }

    @Test("Every code of a refusal is listed, and so is its status where it can come", arguments: Listener.allCases)
    func codes(listener: Listener) {
        let document = listener.document
        let listed = document["components"]["schemas"]["ErrorCode"]["enum"].items.map(\.string)
        #expect(listed == Refusal.Code.allCases.map(\.rawValue))
        for operation in listener.operations {
            let responses = document["paths"][operation.path][operation.method.rawValue.lowercased()]["responses"].names
            for code in operation.refusals.codes + operation.furtherCodes {
                #expect(responses.contains("\(Refusal(code, "").status)"), "\(operation.path) \(code)")
            }
        }
    }

    @Test("Every reference leads somewhere, and every component is referred to", arguments: Listener.allCases)
    func references(listener: Listener) {
        let document = listener.document
        let found = document.references
        for reference in found {
            let target = reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] }
            #expect(target != .null, "\(reference)")
        }
        for kind in ["headers", "responses", "schemas"] {
            for name in document["components"][kind].names {
                #expect(found.contains("#/components/\(kind)/\(name)"), "nothing refers to \(kind)/\(name)")
            }
        }
    }

    @Test("Names of operations are unique, and each parameter of a path is described", arguments: Listener.allCases)
    func operations(listener: Listener) {
        let operations = listener.operations
        #expect(Set(operations.map(\.name)).count == operations.count)
        for operation in operations {
            let named = operation.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                String($0.dropFirst().prefix { $0 != "}" })
            }
            #expect(operation.parameters.filter { $0.place == .path }.map(\.name) == named, "\(operation.path)")
        }
    }

    @Test("Who has this version is told so, and is sent nothing", arguments: Listener.allCases)
    func conditional(listener: Listener) async throws {
        try await ConsoleFixture.run { fixture in
            let etag = try #require(try await listener.answer(fixture).header("etag"))
            for known in [etag, "W/\(etag)", "\"other\", \(etag)", "*"] {
                let answer = try await listener.answer(fixture, headers: [.ifNoneMatch: known])
                #expect(answer.status == 304, "\(known)")
                #expect(answer.text.isEmpty)
                #expect(answer.header("etag") == etag)
            }
            #expect(try await listener.answer(fixture, headers: [.ifNoneMatch: "\"other\""]).status == 200)
        }
    }
}

extension JSONValue {
    /// What its members named `$ref` say, and those of everything in it.
    fileprivate var references: Set<String> {
        switch self {
        case .array(let values): values.reduce(into: []) { $0.formUnion($1.references) }
        case .object(let fields):
            fields.reduce(into: []) { if $1.name == "$ref" { $0.insert($1.value.string) } else { $0.formUnion($1.value.references) } }
        case .null, .bool, .number, .string: []
        }
    }
}
