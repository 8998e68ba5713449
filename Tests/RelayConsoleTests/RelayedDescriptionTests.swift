import Testing

@testable import RelayConsole
@testable import RelayWire

/// What the description says of endpoints that the console does not serve itself.
@Suite("Relayed endpoints in the description")
struct RelayedDescriptionTests {
    @Test("Every endpoint of the relay is described, and no other")
    func endpoints() {
        #expect(RelayedDescription.operations.map(\.path).sorted() == Endpoint.allCases.map(\.path).sorted())
    }

    @Test("Each requires the field that holds its input", arguments: Endpoint.allCases)
    func input(endpoint: Endpoint) {
        let operation = RelayedDescription.operations.first { $0.path == endpoint.path }
        #expect(operation?.body?.json["required"].items == [.string(endpoint.inputField)])
        #expect(operation?.example?.names.contains(endpoint.inputField) == true)
    }

    @Test("Limits are those that requests are held to")
    func limits() {
        #expect(RelayedFields.nameBytes == ModelNameLimit.nameBytes)
        #expect(RelayedFields.listedNames == ModelNameLimit.listedNames)
        #expect(RelayedFields.choicesLimit == RelayedRequest.choicesLimit)
    }
}
