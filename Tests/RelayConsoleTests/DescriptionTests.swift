import Foundation
import Hummingbird
import RelayDomain
import Testing

@testable import RelayConsole

@Suite("The API's description")
struct DescriptionTests {
    private let document = CustomerDescription.document(version: ConsoleFixture.version).json

    @Test("It is there without a key, as JSON, with the program's name and version")
    func served() async throws {
        try await ConsoleFixture.run { fixture in
            let answer = try await fixture.customer(.get, "/openapi.json")
            #expect(answer.status == 200)
            #expect(answer.header("content-type") == "application/json")
            #expect(answer.text == document.jsonText)
            #expect(try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) is [String: Any])
            #expect(document["openapi"].string == "3.1.0")
            #expect(document["info"]["title"].string == "NexRelay")
            #expect(document["info"]["version"].string == "1.2.3")
        }
    }

    @Test("Every route of the API is described, and nothing else is")
    func routes() async throws {
        try await ConsoleFixture.run { fixture in
            let ledger = LedgerAccess(
                reader: fixture.reader, writer: fixture.writer, now: { fixture.now }, hashSecret: ConsoleFixture.hash)
            let served = CustomerRoutes.table(ledger: ledger, version: ConsoleFixture.version).routes
                .filter { $0.pattern.hasPrefix("/v1/") || $0.pattern == DescriptionRoute.path }
                .map { "\($0.method.rawValue) \($0.pattern)" }
            let described = document["paths"].names.flatMap { path in
                document["paths"][path].names.map { "\($0.uppercased()) \(path)" }
            }
            #expect(Set(served) == Set(described))
            #expect(served.count == described.count, "a route or an operation stands twice")
        }
    }

    @Test("Every code of a refusal is listed, and so is its status")
    func codes() {
        let listed = document["components"]["schemas"]["ErrorCode"]["enum"].items.map(\.string)
        #expect(listed == Refusal.Code.allCases.map(\.rawValue))
        for operation in CustomerDescription.operations {
            let responses = document["paths"][operation.path][operation.method.rawValue.lowercased()]["responses"].names
            for code in operation.refusals.codes + operation.furtherCodes {
                #expect(responses.contains("\(Refusal(code, "").status)"), "\(operation.path) \(code)")
            }
        }
    }

    @Test("Every reference leads somewhere, and every component is referred to")
    func references() {
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

    @Test("Names of operations are unique, and each parameter of a path is described")
    func operations() {
        let operations = CustomerDescription.operations
        #expect(Set(operations.map(\.name)).count == operations.count)
        for operation in operations {
            let named = operation.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
            #expect(operation.parameters.filter { $0.place == .path }.map(\.name) == named, "\(operation.path)")
        }
    }

    @Test("Who has this version of it is told so, and is sent nothing")
    func conditional() async throws {
        try await ConsoleFixture.run { fixture in
            let etag = try #require(try await fixture.customer(.get, "/openapi.json").header("etag"))
            for known in [etag, "W/\(etag)", "\"other\", \(etag)", "*"] {
                let answer = try await fixture.customer(.get, "/openapi.json", headers: [.ifNoneMatch: known])
                #expect(answer.status == 304, "\(known)")
                #expect(answer.text.isEmpty)
                #expect(answer.header("etag") == etag)
            }
            #expect(try await fixture.customer(.get, "/openapi.json", headers: [.ifNoneMatch: "\"other\""]).status == 200)
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
