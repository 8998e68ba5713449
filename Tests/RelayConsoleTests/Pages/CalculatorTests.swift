import Foundation
import Hummingbird
import RelayDomain
import RelayTestKit
import Testing

@testable import RelayConsole

@Suite("The deduction calculator")
struct CalculatorTests {
    private func answer(_ fixture: ConsoleFixture, _ query: String) async throws -> (credits: String, dollars: String, html: String) {
        let answer = try await fixture.customer(.get, "/?\(query)")
        #expect(answer.status == 200, "\(query)")
        let html = answer.text
        return (html.between("id=\"calculator-credits\">", "<"), html.between("id=\"calculator-dollars\">", "<"), html)
    }

    @Test("It begins with the example of the price list")
    func example() async throws {
        try await ConsoleFixture.run { fixture in
            for query in ["", "utm_source=x"] {
                let (credits, dollars, html) = try await answer(fixture, query)
                #expect(credits == "125,000" && dollars == "$0.1250")
                for value in ["100,000", "20,000", "50,000"] { #expect(html.contains("value=\"\(value)\""), "\(value)") }
                #expect(PageMarkup(html).values("aria-invalid").isEmpty)
            }
        }
    }

    @Test("It deducts what the ledger would")
    func random() async throws {
        var generator = SeededGenerator()
        let seed = generator.seed
        try await ConsoleFixture.run { fixture in
            for _ in 0..<60 {
                let counts = (0..<3).map { _ in Self.count(&generator) }
                let (credits, dollars, _) = try await answer(
                    fixture, "input=\(counts[0])&output=\(counts[1])&cached_read=\(counts[2])")
                let cost = Prices.standard.cost(of: Tokens(input: counts[0], output: counts[1], cachedRead: counts[2]))
                #expect(
                    credits == PageFigures.grouped(cost) && dollars.replacing(",", with: "") == "$\(cost.usd)", "seed \(seed) \(counts)")
            }
        }
    }

    /// Of every size.
    private static func count(_ generator: inout SeededGenerator) -> Int64 {
        Int64.random(in: 0...TokenLimit.maximum, using: &generator) >> Int64.random(in: 0...41, using: &generator)
    }

    @Test(
        "What is no number of tokens is marked, and answered with no figure",
        arguments: [
            "", "-1", "1.5", "1e3", "abc", "0x10", "١٢٣", "NaN", "Infinity", "1099511627777", "9223372036854775807", "9223372036854775808",
            "99999999999999999999999999999999999999999999", "+", "%00", "%", "%FF", "1;2", String(repeating: "9", count: 4_000), "--", ",",
        ])
    func odd(text: String) async throws {
        try await ConsoleFixture.run { fixture in
            let (credits, dollars, html) = try await answer(fixture, "input=\(text)&output=5")
            #expect(credits == "–" && dollars == "–")
            let markup = PageMarkup(html)
            #expect(markup.values("aria-invalid") == ["true"])
            markup.expectSound(text)
            let fault = markup.tags.first { $0.attributes["id"] == "calculator-input-fault" }
            #expect(fault != nil && fault?.attributes["hidden"] == nil)
            #expect((markup.all("input").first?.attributes["value"] ?? "").count <= 64 * 6)
        }
    }

    @Test("Numbers are read as people group them")
    func grouped() {
        for text in ["1000000", "1,000,000", "1 000 000", "1_000_000", "1\u{A0}000\u{202F}000", "0001000000"] {
            #expect(CalculatorInput.count(text) == 1_000_000, "\(text)")
        }
        #expect(CalculatorInput.count("1099511627776") == TokenLimit.maximum)
        #expect(CalculatorInput.count("0") == 0)
    }

    @Test("A meter that a query leaves out is zero, and one that stands twice counts as it stands first")
    func partial() async throws {
        try await ConsoleFixture.run { fixture in
            let one = try await answer(fixture, "output=7")
            #expect(one.credits == "7")
            let twice = try await answer(fixture, "cached_read=5&cached_read=9")
            #expect(twice.credits == "0.5")
        }
    }

    @Test("The script reads, reckons and writes as the server does")
    func script() throws {
        let node = try #require(
            ["/usr/bin/node", "/usr/local/bin/node"].first { FileManager.default.isExecutableFile(atPath: $0) },
            "Node.js runs the script: `make setup` installs it")
        var generator = SeededGenerator()
        let seed = generator.seed
        var prices = [Prices.standard]
        var tokens = [CalculatorInput.example, .zero, Tokens(cachedRead: 1), Tokens(cachedRead: 15)]
        let most = Credits(thousandths: Int64.max / 2)
        prices += [Prices(input: most, output: most, cachedRead: most), Prices(input: .zero, output: .zero, cachedRead: .zero)]
        for _ in 0..<40 {
            func price() -> Credits { Credits(thousandths: Self.count(&generator)) }
            prices.append(Prices(input: price(), output: price(), cachedRead: price()))
            tokens.append(
                Tokens(input: Self.count(&generator), output: Self.count(&generator), cachedRead: Self.count(&generator)))
        }
        tokens.append(Tokens(input: TokenLimit.maximum, output: TokenLimit.maximum, cachedRead: TokenLimit.maximum))
        var lines: [String] = []
        var expected: [String] = []
        for prices in prices {
            for tokens in tokens {
                let all = [prices.input.thousandths, prices.output.thousandths, prices.cachedRead.thousandths]
                lines.append(
                    "show([\(all.map { "\($0)n" }.joined(separator: ","))], [\(tokens.input)n, \(tokens.output)n, \(tokens.cachedRead)n]);")
                let cost = prices.cost(of: tokens)
                expected.append("\(PageFigures.grouped(cost)) \(PageFigures.fullDollars(cost))")
            }
        }
        let texts = [
            "", "0", "007", "1,000", "1 000", "1_0", "1\u{A0}0", "1\u{202F}0", "-1", "1.5", "1e3", "x", "١", "\t1", "1\n", "+1", ",",
            "1099511627776", "1099511627777", "9223372036854775808", String(repeating: "9", count: 100),
            String(repeating: "0", count: 90) + "8",
        ]
        for text in texts {
            lines.append("console.log(String(calculator.read(\(JSONValue.string(text).jsonText))));")
            expected.append(CalculatorInput.count(text).map(String.init) ?? "null")
        }
        let folder = try TemporaryFolder()
        let file = folder.path("calculator.js")
        let show = """
            const show = (prices, tokens) => {
              const cost = calculator.cost(prices, tokens);
              console.log(calculator.credits(cost) + ' ' + calculator.dollars(cost));
            };

            """
        try Data((CalculatorScript.script.text + show + lines.joined(separator: "\n")).utf8).write(to: URL(filePath: file))
        let said = String(decoding: try Subprocess.run([node, file]), as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(said == expected, "seed \(seed)")
    }
}
