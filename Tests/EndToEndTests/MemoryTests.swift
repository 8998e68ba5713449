import Foundation
import Glibc
import RelayDomain
import Synchronization
import Testing

extension EndToEnd {
    /// What many or long streams cost in memory.
    @Suite("Memory")
    struct MemoryTests {
        private static let longStreams = 3
        private static let chunks = 4_096
        private static let chunkBytes = 16_384
        /// How much the relay may grow by while these streams stand, of which each is 64 MB: it holds windows, not streams.
        private static let growthBytes = 32 << 20
        /// What a slow reader takes before it goes on as fast as it can, and how fast it takes it.
        private static let slowBytes = 12 << 20
        private static let slowBytesPerSecond = 4 << 20

        @Test("new-api 6732, 5480: streams are kept whole in memory. Here it stays flat while slow clients read 64 MB each")
        func slowReaders() async throws {
            let simulator = try EndToEnd.simulator
            let relay = try await RelayProcess([.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")])
            try await relay.start()
            let customer = try await relay.customer(plan: "large")
            // Warm: pools, caches and the allocator's arenas are there.
            _ = try await concurrently(Array(0..<32), width: 32) { _ in try await relay.chat(Chat(isStream: true), customer) }
            let before = relay.child.residentBytes
            let peak = Mutex(before)
            let sampling = Task {
                while !Task.isCancelled {
                    let now = relay.child.residentBytes
                    peak.withLock { $0 = max($0, now) }
                    try? await Task.sleep(for: .milliseconds(20))
                }
            }
            let chat = Chat(
                directives: "chunks=\(Self.chunks); chunk-bytes=\(Self.chunkBytes)", isStream: true,
                maxTokens: Self.chunks * Self.chunkBytes / 4)
            let request = RawRequest.chat(chat.body, key: customer.secret)
            let port = relay.configuration.publicPort
            let tails = try await concurrently(Array(0..<Self.longStreams), width: Self.longStreams) { _ in
                try await blocking { try Self.readSlowly(port: port, request) }
            }
            sampling.cancel()
            let growth = peak.withLock { $0 } - before
            print(
                "memory: \(Self.longStreams) streams of 64 MB, slow readers: \(before >> 20) MiB before, \(growth >> 20) MiB more at the peak"
            )
            #expect(growth < Self.growthBytes)
            for (bytes, tail) in tails {
                #expect(bytes > Self.chunks * Self.chunkBytes)
                #expect(tail.hasSuffix("data: [DONE]\n\n\r\n0\r\n\r\n") || tail.contains("data: [DONE]"))
            }
            let receipts = try await relay.receipts(customer.account).filter {
                $0["max_output_tokens"].int == Int64(Self.chunks * Self.chunkBytes / 4)
            }
            #expect(receipts.count == Self.longStreams)
            #expect(receipts.allSatisfy { $0["usage"]["output"].int == Int64(Self.chunks * Self.chunkBytes / 4) })
            #expect(receipts.allSatisfy { $0["client_disconnected"].bool == false })
            try await relay.expectBalanced(customer)
            await relay.stop()
        }

        /// - Returns: how many bytes came, and the last of them.
        private static func readSlowly(port: Int, _ request: String) throws -> (bytes: Int, tail: String) {
            let socket = try RawSocket(port: port, receiveBufferBytes: 32 << 10, timeoutSeconds: 120)
            try socket.send(request)
            var count = 0
            var tail: [UInt8] = []
            let pieceBytes = slowBytesPerSecond / 50
            while count < slowBytes {
                let part = try socket.receive(upTo: pieceBytes)
                guard !part.isEmpty else { throw TestFailure("the stream ended after \(count) bytes") }
                count += part.count
                Thread.sleep(forTimeInterval: Double(part.count) / Double(slowBytesPerSecond))
            }
            // Chunked: the last chunk is empty, and the connection stays open after it.
            while !String(decoding: tail.suffix(5), as: UTF8.self).hasSuffix("0\r\n\r\n") {
                let part = try socket.receive(upTo: 256 << 10)
                guard !part.isEmpty else { throw TestFailure("the stream ended after \(count) bytes") }
                count += part.count
                tail = Array((tail + part).suffix(64))
            }
            return (count, String(decoding: tail, as: UTF8.self))
        }

        private static let openStreams = 2_000
        /// Sockets of a stream here, and twice as many at the relay.
        private static let filesPerStream = 2

        @Test("2,000 streams are open at once and all end well")
        func manyStreams() async throws {
            let count = Self.streamsThatFit()
            // In folders of its own: the shared ones would carry the limit of files that they were started with.
            let folder = FileManager.default.temporaryDirectory.appending(path: "nexrelay-streams-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let simulator = try await SimulatorProcess.start(in: folder.path)
            let relay = try await RelayProcess([.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")])
            try await relay.start()
            let customer = try await relay.customer(plan: "large")
            _ = try await concurrently(Array(0..<32), width: 32) { _ in try await relay.chat(Chat(isStream: true), customer) }
            let before = relay.child.residentBytes
            let heads = Counter()
            let body = Chat(directives: "chunks=2; chunk-delay=20000", isStream: true).body
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<count { group.addTask { try await relay.post(body, customer) { heads.increment() } } }
                try await eventually("every stream has begun") { heads.count == count ? true : nil }
                #expect(try await simulator.counts()["in_flight"].int == Int64(count), "they were not open all at once")
                let each = (relay.child.residentBytes - before) / count
                print("memory: \(count) open streams: \(before >> 20) MiB before, \(each >> 10) KiB for each")
                var answers: [Answer] = []
                for try await answer in group { answers.append(answer) }
                return answers
            }
            #expect(answers.count == count)
            #expect(answers.allSatisfy { $0.status == 200 && $0.isWhole && $0.isDone })
            #expect(answers.allSatisfy { $0.charged ?? .zero > .zero })
            try await relay.expectBalanced(customer)
            await relay.stop()
            #expect(await simulator.stop() == .code(0))
            #expect(try await Books.read(relay).openHolds == 0)
        }

        /// Raises the number of files that this process and its children may open, as far as the system lets it.
        private static func streamsThatFit() -> Int {
            let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            var limit = rlimit()
            getrlimit(files, &limit)
            let wanted = rlim_t(openStreams * filesPerStream + 1_000)
            limit.rlim_cur = min(max(limit.rlim_cur, wanted), limit.rlim_max)
            setrlimit(files, &limit)
            let fitting = max(100, min(openStreams, (Int(limit.rlim_cur) - 500) / filesPerStream))
            if fitting < openStreams { print("memory: the limit of open files, \(limit.rlim_cur), leaves room for \(fitting) streams") }
            return fitting
        }
    }
}
