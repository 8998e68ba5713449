import RelayDomain

/// What models cost, as far as they differ.
struct PriceList {
    /// Those of every model that has none of its own.
    let usual: Prices
    /// Models with other prices, in the catalogue's order.
    let exceptions: [Model]

    /// The usual prices are the default ones where a model has them, else those of the first model.
    init(_ catalogue: Catalogue) {
        let all = catalogue.models.map(\.prices)
        let usual = all.contains(.standard) ? .standard : all.first ?? .standard
        self.usual = usual
        exceptions = catalogue.models.filter { $0.prices != usual }
    }

    /// nil where no model of the name has prices of its own. The empty name is all others.
    func prices(for model: String) -> Prices? {
        model.isEmpty ? usual : exceptions.first { $0.name == model }?.prices
    }
}
