import RelayDomain
import RelayTestKit
import Testing

@Suite struct TokenAmountTests {
    @Test(
        "A price is as many units as the dollars are tokens",
        arguments: [
            (29_000_000, 6, "29000000", "29.00"), (29_000_000, 18, "29000000000000000000", "29.00"), (99_000_000, 2, "9900", "99.00"),
            (9_990_000, 6, "9990000", "9.99"), (1, 6, "1", "0.000001"), (1, 18, "1000000000000", "0.000001"), (0, 6, "0", "0.00"),
            (29_000_000, 0, "29", "29"),
        ] as [(Int64, Int, String, String)])
    func prices(credits: Int64, decimals: Int, units: String, decimal: String) {
        let amount = TokenAmount(price: Credits(credits), decimals: decimals)
        #expect(amount.description == units && amount.decimal(decimals) == decimal)
        #expect(amount.faceValue(decimals: decimals) == Credits(credits))
    }

    @Test("A price that is no whole number of units is rounded up, and what was paid is rounded down")
    func rounding() {
        #expect(TokenAmount(price: Credits(thousandths: 1), decimals: 6).units == 1)
        #expect(TokenAmount(price: Credits(thousandths: 1_001), decimals: 6).units == 2)
        #expect(TokenAmount(units: 999_999_999).faceValue(decimals: 18) == .zero)
        #expect(TokenAmount(units: 1_999_999_999).faceValue(decimals: 18) == Credits(thousandths: 1))
        #expect(TokenAmount(units: 1).faceValue(decimals: 6) == Credits(1))
    }

    @Test("What no wallet may hold has no face value, and the greatest amount of all is written and read")
    func limits() {
        for decimals in [6, 18] {
            let most = TokenAmount(price: .limit, decimals: decimals)
            #expect(most.faceValue(decimals: decimals) == .limit)
            let step = decimals == 6 ? 1 : 1_000_000_000 as UInt128
            #expect(TokenAmount(units: most.units + step).faceValue(decimals: decimals) == nil)
            let all = TokenAmount(units: .max)
            #expect(all.faceValue(decimals: decimals) == nil)
            #expect(TokenAmount(all.description) == all)
            #expect(TokenAmount(decimal: all.decimal(decimals), decimals: decimals) == all)
        }
    }

    @Test("Every amount is read as it is written", arguments: [0, 2, 6, 18])
    func roundTrips(decimals: Int) {
        var random = SeededGenerator().round(decimals)
        for _ in 0..<500 {
            let units = UInt128(UInt64.random(in: .min ... .max, using: &random)) << UInt128(UInt64.random(in: 0...64, using: &random))
            let amount = TokenAmount(units: units >> UInt128(UInt64.random(in: 0...100, using: &random)))
            #expect(TokenAmount(decimal: amount.decimal(decimals), decimals: decimals) == amount, "seed \(random.seed)")
            #expect(TokenAmount(amount.description) == amount, "seed \(random.seed)")
        }
    }

    @Test("Nothing else is read", arguments: ["", ".", "1.", ".5", "-1", "+1", " 1", "1e3", "1,0", "1.0000001", "0x1", "١"])
    func refused(text: String) {
        #expect(TokenAmount(decimal: text, decimals: 6) == nil)
        #expect(TokenAmount(text.replacing(".", with: "x")) == nil)
    }

    @Test("More than 128 bits is refused")
    func tooLarge() {
        #expect(TokenAmount("340282366920938463463374607431768211456") == nil)
        #expect(TokenAmount(decimal: "340282366920938463463374607431768.211456", decimals: 6) == nil)
        #expect(TokenAmount("340282366920938463463374607431768211455")?.units == .max)
    }

    @Test("Deposits are named by network, transaction and place, and hashes have one form")
    func names() {
        let hash = "0x" + String(repeating: "ab", count: 32)
        let id = DepositID(network: .tron, transaction: hash, ordinal: 3)
        #expect(id.description == "dep:tron:\(hash):3" && DepositID(id.description) == id)
        for text in [
            "dep:tron:\(hash)", "dep:tron:\(hash):-1", "dep:tron:\(hash):03", "dep:doge:\(hash):0", "x:tron:\(hash):0", "dep:tron::0",
        ] {
            #expect(DepositID(text) == nil)
        }
        #expect(TransactionHash.canonical(hash.uppercased()) == hash)
        #expect(TransactionHash.canonical(hash.dropFirst(2)) == hash)
        for text in ["0xabc", hash + "0", String(hash.dropLast()) + "g", "bank-77", ""] { #expect(TransactionHash.canonical(text) == nil) }
    }
}
