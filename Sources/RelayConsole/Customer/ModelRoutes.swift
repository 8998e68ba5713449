import Hummingbird
import RelayDomain

/// `GET /v1/models`, `GET /v1/models/{model}`: the models that the key may use, in the order of its plan's route.
struct ModelRoutes {
    let ledger: LedgerAccess

    var all: [Route] {
        [
            Route(.get, "/v1/models") { [self] call in
                let models = try await models(for: call)
                return .json(["object": .string("list"), "data": .array(models.map { ModelView(model: $0).json })])
            },
            Route(.get, "/v1/models/{model}") { [self] call in
                guard let model = try await models(for: call).first(where: { $0.name == call.parameters["model"] }) else {
                    throw Refusal(
                        .modelNotFound, "This model does not exist here, or this key may not use it. GET /v1/models lists those that do.",
                        param: "model")
                }
                return .json(ModelView(model: model).json)
            },
        ]
    }

    private func models(for call: Call) async throws -> [Model] {
        let customer = try await ledger.customer(of: call)
        let catalogue = ledger.catalogue
        return catalogue.models(
            for: customer.wallet.rolled(to: ledger.now().month).plan.flatMap(catalogue.plan), allowedBy: customer.key.policy)
    }
}
