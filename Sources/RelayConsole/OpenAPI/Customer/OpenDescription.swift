import Hummingbird
import RelayDomain

/// What is answered without a key.
enum OpenDescription {
    static let refusals = RefusalFamily(
        name: "Open",
        codes: [.invalidRequest, .requestTooLarge, .uriTooLong, .headersTooLarge, .internalError, .overloaded, .draining], needsKey: false)

    static let operations = [
        APIOperation(
            method: .get, path: "/v1/plans", name: "listPlans", tag: "Plans",
            summary: "What recharges cost and bring, and what models cost",
            answers: [.json(CustomerSchemas.plans, "All plans and models.")], refusals: refusals,
            furtherCodes: [.upgradeRequired]),
        APIOperation(
            method: .get, path: DescriptionRoute.path, name: "getDescription", tag: "This document", summary: "This document",
            parameters: [.header("If-None-Match", .string, "The `etag` of a copy that is there.")],
            answers: [
                .json(.object([.field("openapi", .string)], isOpen: true), "The document.", headers: [.etag]),
                APIAnswer(status: 304, text: "The copy that is there is this version.", headers: [.etag]),
            ], refusals: refusals),
    ]
}
