import Foundation
import GRDB
import RelayDomain
import RelayTestKit
import Synchronization
import Testing

extension EndToEnd {
    @Suite("Backup and restore", .onSQLiteOnly("PostgreSQL has tools of its own for copies"))
    struct BackupTests {
        private static let width = 8

        /// Keeps requests going until it is told to end.
        private final class Load: Sendable {
            let isOver = Mutex(false)
            let served = Atomic(0)

            func run(_ relay: RelayProcess, _ customers: [Customer]) async {
                await withTaskGroup(of: Void.self) { group in
                    for worker in 0..<BackupTests.width {
                        group.addTask {
                            while !self.isOver.withLock({ $0 }) {
                                let chat = Chat(directives: "chunks=4; chunk-delay=3", isStream: worker.isMultiple(of: 2), maxTokens: 20)
                                if (try? await relay.chat(chat, customers[worker % customers.count]))?.status == 200 {
                                    self.served.add(1, ordering: .relaxed)
                                }
                            }
                        }
                    }
                }
            }
        }

        @Test(
            "a copy made under load is the books of one moment: put in the database's place it reconciles, its balances stand, and traffic goes on"
        )
        func restored() async throws {
            let simulator = try EndToEnd.simulator
            let relay = try await RelayProcess([.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")])
            try await relay.start()
            let customers = [try await relay.customer(plan: "large"), try await relay.customer(plan: "large")]
            let copy = relay.folder.path("copy.db")
            let load = Load()
            async let running: Void = load.run(relay, customers)
            try await eventually("there is traffic") { load.served.load(ordering: .relaxed) > 50 ? true : nil }
            let result = try await relay.command("backup", "copy.db", "--json")
            #expect(result.exit == .code(0), "\(result.errors)")
            let answer = try JSON(result.output)
            #expect(
                answer["path"].string.map { URL(filePath: $0).resolvingSymlinksInPath() } == URL(filePath: copy).resolvingSymlinksInPath())
            #expect(answer["bytes"].int == (try FileManager.default.attributesOfItem(atPath: copy)[.size] as? NSNumber)?.int64Value)
            let seen = load.served.load(ordering: .relaxed)
            try await eventually("there is more traffic") { load.served.load(ordering: .relaxed) > seen + 50 ? true : nil }
            load.isOver.withLock { $0 = true }
            await running
            try await relay.expectReconciled()

            let again = try await relay.command("backup", "copy.db")
            #expect(again.exit == .code(1) && again.errors.contains("--force"), "\(again.errors)")
            #expect(try await relay.command("backup", "no/such/copy.db").exit == .code(1))
            #expect(try await relay.command("backup").exit == .code(64))
            await relay.stop()

            let balances = try Self.balances(copy)
            #expect(balances.count == 2)
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: relay.folder.path("data/relay.db") + suffix) }
            try FileManager.default.copyItem(atPath: copy, toPath: relay.folder.path("data/relay.db"))
            try await relay.start()
            try await relay.expectReconciled()
            for customer in customers {
                let wallet = try await relay.wallet(customer.account)
                #expect(wallet["credits"].credits == balances[customer.account])
                #expect(wallet["held_credits"].credits == .zero && wallet["requests_in_flight"].int == 0)
                try await relay.expectBalanced(customer)
                #expect(try await relay.chat(Chat(), customer).status == 200)
                try await relay.expectBalanced(customer)
            }
            try await relay.expectReconciled()
            await relay.stop()
        }

        @Test("a disk that takes no copy is said, nothing is left behind, and the relay goes on")
        func full() async throws {
            let simulator = try EndToEnd.simulator
            let relay = try await RelayProcess([.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")])
            try await relay.start()
            let customer = try await relay.customer()
            for _ in 0..<3 { _ = try await relay.chat(Chat(), customer) }
            await relay.stop()
            // The database has passed the size that no file may pass from now on.
            let bytes = try #require(
                try FileManager.default.attributesOfItem(atPath: relay.folder.path("data/relay.db"))[.size] as? NSNumber
            ).intValue
            #expect(bytes > 100 << 10)
            try await relay.start(fileBlocks: (bytes - 20_000) / 512)
            let result = try await relay.command("backup", "copy.db")
            #expect(result.exit == .code(1) && result.errors.contains("could not be written"), "\(result.errors)")
            let names = try FileManager.default.contentsOfDirectory(atPath: relay.folderPath)
            #expect(!names.contains { $0.hasPrefix("copy.db") }, "\(names)")
            #expect(try await relay.chat(Chat(), customer).status == 200)
            await relay.kill()
            try await relay.start()
            try await relay.expectReconciled()
            await relay.stop()
        }

        private static func balances(_ path: String) throws -> [String: Credits] {
            var configuration = Configuration()
            configuration.readonly = true
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            let rows = try queue.read { try Row.fetchAll($0, sql: "SELECT account, posted FROM wallets") }
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["account"], Credits(thousandths: $0["posted"])) })
        }
    }
}
