import Foundation
import Glibc

/// A chain of a test's own: a real EVM with a real token of six decimals on it, behind Ethereum's JSON-RPC on ports of the loopback.
///
/// `Chain/chain.py` is the program. Every call blocks its thread for some milliseconds. A block is mined for each transaction, and as many
/// more as a test asks for. Accounts are named by their number, 0 to 9; the first five own plenty of the token.
public final class TestChain: Sendable {
    /// What an endpoint does wrong, from the next call on, or after so many more.
    public enum Fault: Hashable, Sendable {
        case none
        /// It knows so many blocks less than the chain has.
        case lag(Int)
        /// A payment of 29 tokens that was never made, to this address, in this block.
        case invent(to: String, block: Int64)
        /// Finds no logs.
        case omit
        /// Other amounts in receipts.
        case amount
        /// Other hashes of blocks.
        case hash
        /// HTTP 200 with `{"Error": …}`, status 429, or an error of the protocol's own.
        case throttle(Throttle)
        case die
        /// HTTP 200 with a page; with nothing; with a list; with `null`.
        case html, empty, list, null
        /// Refuses logs of more blocks than this.
        case span(Int)
        /// Its receipts of transactions with several logs have megabytes.
        case bulky
        /// Refuses to answer with more logs than this.
        case crowded(Int)
        /// Does not know the tag `finalized`.
        case noFinal
        /// Tells balances of its newest block only, as TRON's nodes do.
        case latestOnly
        case otherChain
        /// Its clock, or its blocks, are so many seconds old.
        case older(Int)

        public enum Throttle: String, Hashable, Sendable { case tron, status, code }

        fileprivate var fields: [String: any Sendable] {
            switch self {
            case .none: [:]
            case .lag(let blocks): ["lag": blocks]
            case .invent(let address, let block): ["lie": "invent", "to": address, "block": block]
            case .omit: ["lie": "omit"]
            case .bulky: ["bulky": true]
            case .crowded(let logs): ["crowded": logs]
            case .amount: ["lie": "amount"]
            case .hash: ["lie": "hash"]
            case .throttle(let form): ["form": form.rawValue]
            case .die: ["form": "die"]
            case .html: ["form": "html"]
            case .empty: ["form": "empty"]
            case .list: ["form": "list"]
            case .null: ["form": "null"]
            case .span(let blocks): ["span": blocks]
            case .noFinal: ["no_final": true]
            case .latestOnly: ["latest_only": true]
            case .otherChain: ["chain_id": 5]
            case .older(let seconds): ["older": seconds]
            }
        }
    }

    public struct State: Decodable, Sendable {
        public let head: Int64
        public let final: Int64
        /// The contracts: the token, another of the same code, and one that pays many at once.
        public let token: String
        public let fake: String
        public let payout: String
        /// Seconds since 1970, of the newest block.
        public let timestamp: Int64
        public let accounts: [String]
    }

    /// A move of the token that has happened, as the chain itself has it.
    public struct Move: Decodable, Hashable, Sendable {
        public let block: Int64
        public let blockHash: String
        /// Seconds since 1970, of the block.
        public let timestamp: Int64
        public let transaction: String
        /// Its place among all logs of its transaction.
        public let ordinal: Int
        public let sender: String
        public let recipient: String
        public let units: Int64
    }

    public static let chainID: UInt64 = 1337
    private static let patienceSeconds = 60.0

    public let ports: [Int]
    private let folder: TemporaryFolder
    private let process: Postmaster

    /// Starts a chain, which is ready when this returns.
    /// - Parameters:
    ///   - endpoints: ports over the one chain.
    ///   - final: how many blocks behind the newest one is final.
    ///   - clock: seconds since 1970, of a clock that stands until it is set; nil for the time of day.
    public init(endpoints: Int = 2, final: Int = 5, clock: Int64? = nil) throws {
        var ports: Set<Int> = []
        while ports.count < endpoints { ports.insert(try freePort()) }
        self.ports = ports.sorted()
        folder = try TemporaryFolder()
        let python = Vocabulary.project.appending(path: ".venv-chain/bin/python").path
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw TestKitFailure("there is no program \(python): `make setup` makes it")
        }
        let script = Vocabulary.project.appending(path: "Tests/RelayTestKit/Chain/chain.py").path
        let log = folder.path("chain.log")
        process = try Postmaster(
            [python, script, "--ports", self.ports.map(String.init).joined(separator: ","), "--final", "\(final)"]
                + (clock.map { ["--clock", "\($0)"] } ?? []), log: log)
        let deadline = Date(timeIntervalSinceNow: Self.patienceSeconds)
        while !Self.said(log).contains("ready") {
            guard process.id != nil, Date() < deadline else { throw TestKitFailure("the chain did not start: \(Self.said(log))") }
            usleep(20_000)
        }
    }

    deinit { process.end(by: SIGKILL) }

    /// The endpoints' URLs, in the order of their numbers from 0.
    public var urls: [String] { ports.map { "http://127.0.0.1:\($0)" } }

    public func state() throws -> State { try call("test_state") }

    /// Pays from one account.
    /// - Parameters:
    ///   - units: of which a million make a token.
    ///   - isFake: with the other token.
    /// - Returns: the transaction.
    @discardableResult
    public func transfer(from account: Int, to recipient: String, units: Int64, isFake: Bool = false) throws -> String {
        try call("test_transfer", ["account": account, "to": recipient, "units": units, "fake": isFake])
    }

    /// Pays many in one transaction, out of a contract.
    @discardableResult
    public func batch(_ payments: [(to: String, units: Int64)]) throws -> String {
        try call("test_batch", ["payments": payments.map { [$0.to, $0.units] as [any Sendable] }])
    }

    /// Pays out of another account, which allows it before, in a block of its own.
    @discardableResult
    public func transfer(by account: Int, from sender: Int, to recipient: String, units: Int64) throws -> String {
        try call("test_transferFrom", ["account": account, "sender": sender, "to": recipient, "units": units])
    }

    /// Makes tokens.
    @discardableResult
    public func mint(to recipient: String, units: Int64) throws -> String { try call("test_mint", ["to": recipient, "units": units]) }

    /// Mines empty blocks.
    public func mine(_ count: Int) throws { let _: Height = try call("test_mine", ["count": count]) }

    /// Moves the chain's time ahead of the clock's, by so much more.
    public func travel(seconds: Int) throws { let _: Height = try call("test_travel", ["seconds": seconds]) }

    /// Says what time it is, where the clock stands. The next block is of then, or of a second after the one before it.
    public func set(clock seconds: Int64) throws { let _: Height = try call("test_clock", ["seconds": seconds]) }

    /// Every move of the token in these blocks, whatever endpoints tell.
    public func moves(in blocks: ClosedRange<Int64>) throws -> [Move] {
        try call("test_moves", ["first": blocks.lowerBound, "last": blocks.upperBound])
    }

    /// What addresses hold after a block, in the token's smallest units.
    public func balances(of addresses: [String], at block: Int64) throws -> [Int64] {
        try call("test_balances", ["addresses": addresses, "block": block])
    }

    /// Drops the newest blocks for others. Their transactions are mined again after `empty` blocks, but those that are dropped for good, and what
    /// their senders have sent after them.
    public func reorganise(depth: Int, dropping: [String] = [], empty: Int = 2) throws {
        let _: Height = try call("test_reorg", ["depth": depth, "drop": dropping, "empty": empty])
    }

    /// - Parameters:
    ///   - endpoint: its number, from 0.
    ///   - calls: how many are answered rightly before.
    public func set(_ fault: Fault, of endpoint: Int, after calls: Int = 0) throws {
        var fields = fault.fields
        if calls > 0 { fields["after"] = calls }
        let _: Bool = try call("test_fault", ["fault": fields], endpoint: endpoint)
    }

    /// The calls since the last time that this was asked, by method.
    public func calls(of endpoint: Int) throws -> [String: Int] { try call("test_calls", endpoint: endpoint) }

    private struct Height: Decodable { let head: Int64 }

    private struct Reply<Value: Decodable>: Decodable {
        struct Fault: Decodable { let message: String }
        let result: Value?
        let error: Fault?
    }

    private func call<Value: Decodable>(_ method: String, _ parameters: [String: any Sendable] = [:], endpoint: Int = 0) throws -> Value {
        let body = try JSONSerialization.data(
            withJSONObject: ["jsonrpc": "2.0", "id": 1, "method": method, "params": parameters] as [String: Any])
        let answer = try Self.post(body, to: ports[endpoint])
        let reply = try JSONDecoder().decode(Reply<Value>.self, from: answer)
        guard let result = reply.result else { throw TestKitFailure("\(method): \(reply.error?.message ?? "null")") }
        return result
    }

    /// One request over one connection.
    private static func post(_ body: Data, to port: Int) throws -> Data {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        guard withLoopback(port, { connect(descriptor, $0, $1) }) == 0 else { throw TestKitFailure("the chain does not listen at \(port)") }
        let head = "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-length: \(body.count)\r\n\r\n"
        var rest = Data(head.utf8) + body
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw TestKitFailure("the chain took no request") }
            rest = rest.dropFirst(count)
        }
        var answer = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer.append(contentsOf: buffer[0..<count])
        }
        guard let end = answer.range(of: Data("\r\n\r\n".utf8)) else { throw TestKitFailure("the chain did not answer") }
        return answer[end.upperBound...]
    }

    private static func said(_ log: String) -> String {
        FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
