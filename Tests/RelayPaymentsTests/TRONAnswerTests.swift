import RelayDomain
import RelayStore
import Testing

@testable import RelayPayments

/// Answers in the shapes of TRON's nodes, as their documentation shows them: there is no virtual machine of TRON's to test against.
@Suite struct TRONAnswerTests {
    private static let ours = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
    private static let block = "0x0000000003fe1ca05cf728c92ee79f5f2758c3e4e4ea88501826726880e8b81c"
    private static let genesis = "0x00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc"
    private static let transaction = "0x01b4cde4197b9d1a1ff09ef5d2b1d939d3ec2401b3f002ebd0802c0f30a6e4ca"
    private static let contract = "0xa614f803b6fd780986a42c78ec9c7f77e6ded13c"
    private static let sender = "0x6eced5214d62c3bc9eaa742e2f86d5c516785e14"

    private static var oursHex: String { ChainAddress(ours, on: .tron)!.hexadecimal }

    private static var log: String {
        """
        {"address":"\(contract)","blockHash":"\(block)","blockNumber":"0x3fe1ca0",
         "data":"\(ScriptedChain.word(29_000_000))","logIndex":"0x1d","removed":false,
         "topics":["ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef","\(ScriptedChain.word(sender))",
         "\(ScriptedChain.word(oursHex))"],
         "transactionHash":"\(transaction)","transactionIndex":"0x6"}
        """
    }

    private static func answer(_ method: String, _ parameters: String, finalized: String?) -> String? {
        func head(_ number: String, _ hash: String, _ seconds: String) -> String {
            """
            {"baseFeePerGas":"0x0","difficulty":"0x0","extraData":"0x","gasLimit":"0x3b9aca00","gasUsed":"0x5a2e1","hash":"\(hash)",
             "logsBloom":"0x00","miner":"0xa234e405a2c6fd67cdd4d0ea2f6188f65534c8b1","mixHash":"\(genesis)","nonce":"0x0000000000000000",
             "number":"\(number)","parentHash":"\(genesis)","receiptsRoot":"\(genesis)","sha3Uncles":"\(genesis)","size":"0x73d",
             "stateRoot":"0x","timestamp":"\(seconds)","totalDifficulty":"0x0","transactions":["\(transaction)"],
             "transactionsRoot":"\(genesis)","uncles":[]}
            """
        }
        let now = "0x6b49d200"
        switch method {
        case "eth_chainId": return "\"0x2b6653dc\""
        case "eth_call": return "\"\(ScriptedChain.word(6))\""
        case "eth_getLogs": return "[\(log)]"
        case "eth_getTransactionReceipt":
            return """
                {"blockHash":"\(block)","blockNumber":"0x3fe1ca0","contractAddress":null,"cumulativeGasUsed":"0x646e2",
                 "effectiveGasPrice":"0x1a4","from":"\(sender)","gasUsed":"0x38","logs":[\(log)],"logsBloom":"0x00","root":null,
                 "status":"0x1","to":"\(contract)","transactionHash":"\(transaction)","transactionIndex":"0x6","type":"0x0"}
                """
        case "eth_getBlockByNumber":
            if parameters.contains("finalized") { return finalized.map { head($0, "0x" + String(repeating: "c", count: 64), now) } }
            if parameters.contains("latest") { return head("0x3fe1cc0", "0x" + String(repeating: "d", count: 64), now) }
            if parameters.contains(#""0x0""#) { return head("0x0", genesis, "0x0") }
            if parameters.contains(#""0x3fe1ca0""#) { return head("0x3fe1ca0", block, now) }
            return head(String(parameters.split(separator: "\"")[1]), "0x" + String(repeating: "e", count: 64), now)
        default: return nil
        }
    }

    /// A node that knows `finalized`, and an older one that does not: there blocks behind the newest are counted.
    @Test(arguments: ["0x3fe1cae", nil] as [String?])
    func aPaymentOnTRONIsRead(finalized: String?) async throws {
        let endpoint = ScriptedEndpoint(ScriptedChain()) { method, parameters, id in
            guard let result = Self.answer(method, parameters, finalized: finalized) else {
                return ScriptedEndpoint.error(-32_602, "invalid block number", id: id)
            }
            return ScriptedEndpoint.text(#"{"jsonrpc":"2.0","id":\#(id),"result":\#(result)}"#)
        }
        let fixture = ScanFixture(
            [endpoint], network: .tron, contract: PaymentNetwork.tron.contract, addresses: [Self.ours],
            chainID: PaymentNetwork.tron.chainID, start: .block(0x3fe1ca0))
        let final: Int64 = finalized == nil ? 0x3fe1cc0 - 30 : 0x3fe1cae
        #expect(await fixture.scanner.step() == .caughtUp(cursor: final))
        let deposit = try #require(fixture.deposits.first)
        #expect(deposit.id.description == "dep:tron:\(Self.transaction):0")
        #expect(deposit.recipient == Self.ours && deposit.sender.hasPrefix("T") && deposit.amount == TokenAmount(units: 29_000_000))
        #expect(deposit.blockHash == Self.block)
        #expect(fixture.book.state.chain?.genesis == Self.genesis)
    }
}
