import RelayDomain

/// US dollars per 1,000,000 tokens on each meter, which is the same figure as credits per token. Exact.
struct PricesView {
    let prices: Prices

    var json: JSONValue {
        ["input": price(prices.input), "output": price(prices.output), "cached_read": price(prices.cachedRead)]
    }

    /// A dollar is 1,000,000 credits, each of 1,000 thousandths.
    private func price(_ credits: Credits) -> JSONValue { .decimal(credits.thousandths, decimals: 9) }
}
