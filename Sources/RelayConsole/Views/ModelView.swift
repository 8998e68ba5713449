import RelayDomain

/// OpenAI's model object.
struct ModelView {
    let model: Model

    var json: JSONValue {
        [
            "id": .string(model.name),
            "object": .string("model"),
            // Clients want a number of seconds here; the catalogue keeps no date.
            "created": .integer(0),
            "owned_by": .string("nexrelay"),
        ]
    }

    /// What the model costs and how it is limited, beside the plans that sell it.
    var terms: JSONValue {
        [
            "id": .string(model.name),
            "prices": PricesView(prices: model.prices).json,
            "context": .integer(model.contextTokens),
            "high_cost": .bool(model.isHighCost),
        ]
    }
}
