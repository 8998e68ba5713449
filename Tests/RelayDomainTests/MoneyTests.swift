import RelayDomain
import RelayTestKit
import Testing

@Suite struct CreditsTests {
    @Test("Credits are written as JSON numbers with up to three decimals, and read back")
    func text() {
        let cases: [(Int64, String)] = [
            (0, "0"), (1, "0.001"), (100, "0.1"), (1_000, "1"), (125_000_000, "125000"), (-1_250, "-1.25"),
            (99_000_000_123, "99000000.123"),
        ]
        for (thousandths, text) in cases {
            #expect(Credits(thousandths: thousandths).description == text)
            #expect(Credits(text: text) == Credits(thousandths: thousandths))
        }
    }

    @Test(
        "What is no amount is not read",
        arguments: ["", "-", "1.", ".5", "1.2345", "1e3", "+1", " 1", "1,5", "99999999999999999999", "0x10", "1000000000000001"])
    func malformed(text: String) {
        #expect(Credits(text: text) == nil)
    }

    @Test("Dollars have two decimals, or four where the cents do not tell")
    func dollars() {
        #expect(Credits(29_000_000).usd == "29.00")
        #expect(Credits(125_000).usd == "0.1250")
        #expect(Credits(thousandths: 49_999).usd == "0.00")
        #expect(Credits(thousandths: 50_000).usd == "0.0001")
        #expect(Credits(-1_500_000).usd == "-1.50")
    }
}

@Suite struct PricesTests {
    @Test("100,000 input, 20,000 output and 50,000 cached read tokens deduct 125,000 credits, $0.1250")
    func deductionExample() {
        let usage = ReportedUsage(prompt: 150_000, cached: 50_000, completion: 20_000).usage
        #expect(usage.tokens == Tokens(input: 100_000, output: 20_000, cachedRead: 50_000))
        let cost = Prices.standard.cost(of: usage.tokens)
        #expect(cost == Credits(125_000))
        #expect(cost.usd == "0.1250")
    }

    @Test("A request is rounded once, up, to a thousandth of a credit")
    func rounding() {
        let prices = Prices(input: Credits(thousandths: 1), output: Credits(thousandths: 1), cachedRead: Credits(thousandths: 1))
        #expect(prices.cost(of: Tokens(input: 1, output: 1, cachedRead: 1)) == Credits(thousandths: 1))
        #expect(prices.cost(of: Tokens(input: 1_000_000)) == Credits(thousandths: 1))
        #expect(prices.cost(of: Tokens(input: 1_000_001)) == Credits(thousandths: 2))
        #expect(prices.cost(of: .zero) == .zero)
    }

    @Test("The greatest believed usage at the dearest price neither traps nor wraps")
    func extremes() {
        let dear = Prices(input: .limit, output: .limit, cachedRead: .limit)
        let most = TokenLimit.maximum
        #expect(dear.cost(of: Tokens(input: most, output: most, cachedRead: most)) == Credits(thousandths: .max))
        #expect(dear.affordableOutput(within: .limit, input: most) == nil)
    }

    @Test("What is affordable can be paid, and one token more cannot")
    func affordable() {
        var random = SeededGenerator()
        for _ in 0..<2_000 {
            let prices = Prices(
                input: Credits(thousandths: .random(in: 0...3_000_000_000, using: &random)),
                output: Credits(thousandths: .random(in: 1...3_000_000_000, using: &random)),
                cachedRead: Credits(thousandths: .random(in: 0...3_000_000_000, using: &random)))
            let wallet = Credits(thousandths: .random(in: 0...10_000_000_000, using: &random))
            let input = Int64.random(in: 0...2_000_000, using: &random)
            guard let output = prices.affordableOutput(within: wallet, input: input) else {
                #expect(prices.upperBound(input: input, output: 0) > wallet, "seed \(random.seed)")
                continue
            }
            #expect(prices.upperBound(input: input, output: output) <= wallet, "seed \(random.seed)")
            if output < TokenLimit.maximum {
                #expect(prices.upperBound(input: input, output: output + 1) > wallet, "seed \(random.seed)")
            }
        }
    }
}

@Suite struct ReportedUsageTests {
    @Test("Slices are cut to their wholes and nothing is negative")
    func slices() {
        #expect(ReportedUsage(prompt: 10, cached: 50, completion: 5, reasoning: 9).usage.tokens == Tokens(output: 5, cachedRead: 10))
        #expect(ReportedUsage(prompt: 10, cached: 50, completion: 5, reasoning: 9).usage.reasoning == 5)
        #expect(ReportedUsage(prompt: -1, cached: -1, completion: -1, reasoning: -1).usage.tokens == .zero)
        #expect(ReportedUsage(prompt: .max, completion: .max).usage.tokens == Tokens(input: TokenLimit.maximum, output: TokenLimit.maximum))
    }
}
