import Foundation
import RelayDomain

@testable import RelayPayments

/// A chain that is written down: what no real chain would answer can be answered here.
struct ScriptedChain: Sendable {
    static let contract = "0xdac17f958d2ee523a2206206994597c13d831ec7"
    static let ours = "0x00000000000000000000000000000000000000a1"
    static let stranger = "0x00000000000000000000000000000000000000b2"

    struct Log: Sendable {
        var address = ScriptedChain.contract
        var topics = [TransferEvent.topic, ScriptedChain.word(ScriptedChain.stranger), ScriptedChain.word(ScriptedChain.ours)]
        var data = ScriptedChain.word(29_000_000)
    }

    struct Transaction: Sendable {
        var hash: String
        var block: Int64
        var isSuccess = true
        var logs: [Log]
    }

    var chainID = "0x1"
    var decimals = word(6)
    var head: Int64 = 120
    var final: Int64 = 100
    /// Seconds since 1970, of the newest block; the others are three seconds apart.
    var headSeconds: Int64 = 1_800_000_000
    /// Makes other hashes of it.
    var branch = "0"
    var transactions: [Transaction] = []

    static func word(_ address: String) -> String { "0x" + String(repeating: "0", count: 24) + address.dropFirst(2) }
    static func word(_ units: UInt128) -> String {
        let digits = String(units, radix: 16)
        return "0x" + String(repeating: "0", count: 64 - digits.count) + digits
    }
    static func transaction(_ number: Int64) -> String { word(UInt128(number)).replacing("0x00", with: "0x7a") }

    func hash(_ block: Int64) -> String { "0x" + branch + Self.word(UInt128(block)).dropFirst(3) }

    mutating func pay(_ logs: [Log] = [Log()], in block: Int64, isSuccess: Bool = true) {
        let hash = Self.transaction(Int64(transactions.count) + 1)
        transactions.append(Transaction(hash: hash, block: block, isSuccess: isSuccess, logs: logs))
    }

    /// - Returns: the result, as an object of JSON.
    func answer(_ method: String, _ parameters: [Any]) -> Any {
        switch method {
        case "eth_chainId": chainID
        case "eth_getBlockByNumber": block(parameters[0] as! String)
        case "eth_getTransactionReceipt": transactions.first { $0.hash == parameters[0] as! String }.map(receipt) ?? NSNull()
        case "eth_getLogs": logs(parameters[0] as! [String: Any])
        case "eth_call":
            ((parameters[0] as! [String: Any])["data"] as! String).hasPrefix("0x313ce567") ? decimals : Self.word(0 as UInt128)
        default: NSNull()
        }
    }

    private func block(_ tag: String) -> Any {
        let number = tag == "latest" ? head : tag == "finalized" ? final : Int64(tag.dropFirst(2), radix: 16)!
        guard number <= head else { return NSNull() }
        return [
            "number": "0x" + String(number, radix: 16), "hash": hash(number),
            "timestamp": "0x" + String(headSeconds - 3 * (head - number), radix: 16),
            "transactions": transactions.filter { $0.block == number }.map(\.hash),
        ]
    }

    private func place(_ transaction: Transaction) -> [String: Any] {
        [
            "transactionHash": transaction.hash, "blockNumber": "0x" + String(transaction.block, radix: 16),
            "blockHash": hash(transaction.block),
        ]
    }

    private func receipt(_ transaction: Transaction) -> Any {
        let logs = transaction.logs.map { ["address": $0.address, "topics": $0.topics, "data": $0.data] as [String: Any] }
        return place(transaction).merging(["status": transaction.isSuccess ? "0x1" : "0x0", "logs": logs]) { $1 }
    }

    /// Every log of the blocks, whatever the filter says: the scanner has to look itself.
    private func logs(_ query: [String: Any]) -> Any {
        func number(_ name: String) -> Int64 { Int64((query[name] as! String).dropFirst(2), radix: 16)! }
        let blocks = number("fromBlock")...number("toBlock")
        var next: [Int64: Int] = [:]
        return transactions.filter { blocks.contains($0.block) && $0.block <= head }.flatMap { transaction in
            transaction.logs.map { log in
                let index = next[transaction.block, default: 0]
                next[transaction.block] = index + 1
                return place(transaction).merging([
                    "address": log.address, "topics": log.topics, "data": log.data, "removed": false,
                    "logIndex": "0x" + String(index, radix: 16),
                ]) { $1 }
            }
        }
    }
}
