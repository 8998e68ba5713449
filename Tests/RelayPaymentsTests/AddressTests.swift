import RelayDomain
import Testing

@testable import RelayPayments

@Suite struct AddressTests {
    private static let tether = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
    private static let tetherDigits = "a614f803b6fd780986a42c78ec9c7f77e6ded13c"

    @Test func keccakOfKnownMessages() {
        func hash(_ text: String) -> String { Hexadecimal.digits(Keccak256.hash(Array(text.utf8))) }
        #expect(hash("") == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
        #expect(hash("abc") == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")
        #expect("0x" + hash("Transfer(address,address,uint256)") == TransferEvent.topic)
        #expect(hash("balanceOf(address)").hasPrefix("70a08231") && hash("decimals()").hasPrefix("313ce567"))
    }

    /// One byte less than a block, a block, and one more: where padding goes wrong.
    @Test(arguments: [
        (135, "34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446"),
        (136, "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e"),
        (137, "d869f639c7046b4929fc92a4d988a8b22c55fbadb802c0c66ebcd484f1915f39"),
    ])
    func keccakAroundABlock(count: Int, expected: String) {
        #expect(Hexadecimal.digits(Keccak256.hash([UInt8](repeating: 0x61, count: count))) == expected)
    }

    @Test func tronAddressesAreBase58Check() throws {
        let address = try #require(ChainAddress(Self.tether, on: .tron))
        #expect(address.hexadecimal == "0x" + Self.tetherDigits)
        #expect(address.text(on: .tron) == Self.tether)
        #expect(ChainAddress(hexadecimal: "41" + Self.tetherDigits) == address)
        #expect(ChainAddress(hexadecimal: "0x41" + Self.tetherDigits) == address)
        #expect(ChainAddress(hexadecimal: "0x" + Self.tetherDigits) == address)
        #expect(ChainAddress(hexadecimal: Self.tetherDigits) == address)
    }

    @Test func everyByteOfABase58AddressMatters() {
        let letters = Array(Self.tether)
        for index in letters.indices {
            for other in "123ABCxyz" where other != letters[index] {
                var changed = letters
                changed[index] = other
                #expect(ChainAddress(String(changed), on: .tron) == nil, "\(String(changed))")
            }
        }
    }

    @Test(arguments: [
        "", "T", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6tt", " TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
        "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj60", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLjIt", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6é",
        "0xa614f803b6fd780986a42c78ec9c7f77e6ded13c",
        // A right checksum, and the prefix of Bitcoin's addresses.
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    ])
    func whatIsNoTRONAddress(text: String) {
        #expect(ChainAddress(text, on: .tron) == nil)
    }

    @Test func aRightChecksumOverAnotherLengthIsNoAddress() {
        for count in [0, 1, 19, 21, 32] {
            #expect(ChainAddress(Base58Check.encode([0x41] + [UInt8](repeating: 7, count: count)), on: .tron) == nil)
        }
    }

    @Test func base58KeepsLeadingZeros() {
        for payload in [[], [0], [0, 0, 1], [0xFF, 0, 0], [UInt8](repeating: 0, count: 20)] as [[UInt8]] {
            #expect(Base58Check.decode(Base58Check.encode(payload)) == payload)
        }
    }

    /// The examples of EIP-55.
    @Test(arguments: [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ])
    func mixedCaseIsAChecksum(text: String) throws {
        let address = try #require(ChainAddress(text, on: .ethereum))
        #expect(address.checksummed == text)
        #expect(address.text(on: .bsc) == text.lowercased())
        #expect(ChainAddress(text.lowercased(), on: .polygon) == address)
        #expect(ChainAddress("0x" + text.dropFirst(2).uppercased(), on: .ethereum) == address)
        let index = text.index(text.startIndex, offsetBy: 4)
        let letter = text[index].isLetter ? index : text.indices.dropFirst(2).first { text[$0].isLetter }!
        let swapped = text[letter].isUppercase ? text[letter].lowercased() : text[letter].uppercased()
        #expect(ChainAddress(String(text[..<letter]) + swapped + text[text.index(after: letter)...], on: .ethereum) == nil)
    }

    @Test(arguments: [
        "", "0x", "a614f803b6fd780986a42c78ec9c7f77e6ded13c", "0xa614f803b6fd780986a42c78ec9c7f77e6ded13",
        "0xa614f803b6fd780986a42c78ec9c7f77e6ded13c0", "0xa614f803b6fd780986a42c78ec9c7f77e6ded13g", AddressTests.tether,
    ])
    func whatIsNoEVMAddress(text: String) {
        #expect(ChainAddress(text, on: .ethereum) == nil)
    }

    @Test(arguments: PaymentNetwork.allCases)
    func everyKnownContractIsAnAddress(network: PaymentNetwork) {
        #expect(ChainAddress(network.contract, on: network)?.text(on: network) == network.contract)
    }

    @Test func paymentURIs() {
        func text(_ network: PaymentNetwork, _ recipient: String, _ amount: TokenAmount) -> String {
            PaymentURI.text(
                network: network, chainID: network.chainID, contract: network.contract, recipient: recipient, amount: amount,
                decimals: network.decimals)
        }
        #expect(text(.tron, Self.tether, TokenAmount(units: 28_999_900)) == "tron:\(Self.tether)?amount=28.9999")
        #expect(
            text(.bsc, "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359", TokenAmount(units: 29_000_000_000_000_000_000))
                == "ethereum:0x55d398326f99059ff775485246999027b3197955@56/transfer"
                + "?address=0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359&uint256=29000000000000000000")
    }
}
