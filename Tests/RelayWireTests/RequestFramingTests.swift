import RelayTestKit
import RelayWire
import Testing

@Suite struct RequestFramingTests {
    private static let limit = 1_024

    /// Reads a text in parts.
    /// - Parameter cuts: how many bytes each part has; nil for one part.
    private func read(_ bytes: [UInt8], parts cut: () -> Int = { .max }) -> (accepted: Int, fault: RequestFraming.Fault?) {
        var framing = RequestFraming(limitBytes: Self.limit)
        var at = 0
        while at < bytes.count {
            let part = bytes[at...].prefix(max(1, cut()))
            let (accepted, fault) = part.withUnsafeBytes { framing.read($0) }
            if let fault { return (at + accepted, fault) }
            #expect(accepted == part.count)
            at += part.count
        }
        return (at, nil)
    }

    private static let chunkedHead = "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"

    static let good: [String] = [
        "GET / HTTP/1.1\r\nHost: a.example:80\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "\r\n\r\nGET /a?b=c HTTP/1.1\r\nhost:[::1]:80\r\naccept: */*\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\nx:\r\ny: \t \r\nz: a\tb \u{FC}\r\n\r\n",
        "GET http://other.example/x HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n\r\n\r\n!GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0005\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.0\r\n\r\n",
        chunkedHead + "0\r\n\r\n",
        chunkedHead
            + "5\r\nhello\r\n0a;name=\"value\"\r\n\n\n\n\n\n\r\r\r\r\r\r\n000\r\nx-trailer: y\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: h\r\ntransfer-encoding: \t CHUNKED \r\n\r\n1\r\na\r\n0\r\n\r\n",
    ]

    static let bad: [(String, RequestFraming.Fault)] = [
        // The request line.
        ("GET  / HTTP/1.1\r\n", .requestLine), ("GET\t/ HTTP/1.1\r\n", .requestLine), ("GET /\tHTTP/1.1\r\n", .requestLine),
        ("GET / HTTP/1.1 \r\n", .version), (" GET / HTTP/1.1\r\n", .requestLine), ("GET /\r\n", .requestLine),
        ("G(T / HTTP/1.1\r\n", .requestLine),
        ("GET /\u{0} HTTP/1.1\r\n", .requestLine), ("GET /\u{FC} HTTP/1.1\r\n", .requestLine), ("GET / http/1.1\r\n", .requestLine),
        ("GET / HTTP/1.2\r\n", .version), ("PRI * HTTP/2.0\r\n", .version), ("GET / HTTP/1.1\n", .lineEnd),
        ("\nGET / HTTP/1.1\r\n", .lineEnd),
        ("GET / HTTP/1.1\r\r\n", .version), ("GET / a HTTP/1.1\r\n", .requestLine),
        // Fields.
        ("GET / HTTP/1.1\r\nHost: h\n\r\n", .lineEnd), ("GET / HTTP/1.1\r\nHost: h\r\nx: y\r\n\n", .lineEnd),
        ("GET / HTTP/1.1\r\nHost: h\r\n x: y\r\n\r\n", .folding), ("GET / HTTP/1.1\r\n\tHost: h\r\n\r\n", .folding),
        ("GET / HTTP/1.1\r\nHost : h\r\n\r\n", .fieldName), ("GET / HTTP/1.1\r\nHost\t: h\r\n\r\n", .fieldName),
        ("GET / HTTP/1.1\r\n: h\r\n\r\n", .fieldName), ("GET / HTTP/1.1\r\nx\r\n\r\n", .fieldName),
        ("GET / HTTP/1.1\r\nx(y: z\r\n\r\n", .fieldName),
        ("GET / HTTP/1.1\r\nx\u{0}: z\r\n\r\n", .fieldName), ("GET / HTTP/1.1\r\nx\u{7F}: z\r\n\r\n", .fieldName),
        ("GET / HTTP/1.1\r\nx\u{E4}: z\r\n\r\n", .fieldName), ("GET / HTTP/1.1\r\nx: a\u{0}b\r\n\r\n", .fieldValue),
        ("GET / HTTP/1.1\r\nx: a\rb\r\n\r\n", .fieldValue), ("GET / HTTP/1.1\r\nx: a\u{7F}\r\n\r\n", .fieldValue),
        ("GET / HTTP/1.1\r\nx: a\u{1B}[2J\r\n\r\n", .fieldValue),
        // Hosts.
        ("GET / HTTP/1.1\r\n\r\n", .host), ("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", .host),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .host),
        ("GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", .host), ("GET / HTTP/1.1\r\nHost: h/x\r\n\r\n", .host),
        ("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", .host),
        // Lengths.
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x5\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5 5\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9223372036854775808\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 00000000000000000005\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n", .contentLength),
        // Codings.
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \"chunked\"\r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked;q=1\r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncoding),
        // Chunks.
        (chunkedHead + "\r\n", .chunk), (chunkedHead + "x\r\n", .chunk), (chunkedHead + "0x5\r\n", .chunk),
        (chunkedHead + "-5\r\n", .chunk),
        (chunkedHead + "+5\r\n", .chunk), (chunkedHead + " 5\r\n", .chunk), (chunkedHead + "5 \r\n", .chunk),
        (chunkedHead + "5 ;x\r\n", .chunk),
        (chunkedHead + "5\n", .lineEnd), (chunkedHead + "8000000000000000\r\n", .chunk), (chunkedHead + "ffffffffffffffff\r\n", .chunk),
        (chunkedHead + "00000000000000005\r\n", .chunk), (chunkedHead + "5\r\nhelloo\r\n", .chunk),
        (chunkedHead + "5\r\nhello\n", .lineEnd),
        (chunkedHead + "5\r\nhello0\r\n", .chunk), (chunkedHead + "5;a\rb\r\n", .chunk), (chunkedHead + "0\r\nx y: z\r\n", .fieldName),
        (chunkedHead + "0\r\n folded\r\n", .folding), (chunkedHead + "0\r\n\n", .lineEnd),
        // Sizes, with a limit of 1,024 bytes.
        ("GET /" + String(repeating: "a", count: 1_100), .tooLarge), (chunkedHead + "5;" + String(repeating: "a", count: 1_100), .tooLarge),
        (chunkedHead + String(repeating: "1;\(String(repeating: "a", count: 100))\r\nx\r\n", count: 20), .tooLarge),
        (chunkedHead + "0\r\n" + String(repeating: "x-trailer: \(String(repeating: "a", count: 100))\r\n", count: 20), .tooLarge),
    ]

    @Test("what is framed as it should be passes whole, in parts of any size", arguments: good)
    func accepts(text: String) {
        let bytes = Array(text.utf8)
        #expect(read(bytes) == (bytes.count, nil))
        #expect(read(bytes, parts: { 1 }) == (bytes.count, nil))
        let generator = RelayTestKit.SeededGenerator()
        for round in 0..<20 {
            var random = generator.round(round)
            #expect(read(bytes, parts: { Int.random(in: 1...20, using: &random) }) == (bytes.count, nil), "seed \(generator.seed)")
        }
    }

    @Test("what is not is a fault, in parts of any size, and its head never passes whole", arguments: bad)
    func refuses(text: String, fault: RequestFraming.Fault) {
        let bytes = Array(text.utf8)
        let generator = RelayTestKit.SeededGenerator()
        for round in 0..<20 {
            var random = generator.round(round)
            let result = read(bytes, parts: round == 0 ? { .max } : round == 1 ? { 1 } : { Int.random(in: 1...20, using: &random) })
            #expect(result.fault == fault, "seed \(generator.seed), round \(round)")
            #expect(result.accepted < bytes.count)
            #expect(text.hasPrefix(Self.chunkedHead) || !bytes[..<result.accepted].contains(subsequence: Array("\r\n\r\n".utf8)))
        }
    }

    @Test("many small chunks are no annotation")
    func smallChunks() {
        let bytes = Array((Self.chunkedHead + String(repeating: "1\r\nx\r\n", count: 10_000) + "0\r\n\r\n").utf8)
        #expect(read(bytes) == (bytes.count, nil))
    }

    @Test("a body is passed over, whatever is in it, and the next head is read")
    func bodies() {
        let generator = RelayTestKit.SeededGenerator()
        for round in 0..<50 {
            var random = generator.round(round)
            let body = (0..<Int.random(in: 0...3_000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            var bytes = Array("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body
            bytes += Array(Self.chunkedHead.utf8)
            var rest = body[...]
            while !rest.isEmpty {
                let part = rest.prefix(Int.random(in: 1...500, using: &random))
                bytes += Array("\(String(part.count, radix: 16))\r\n".utf8) + part + [13, 10]
                rest = rest.dropFirst(part.count)
            }
            bytes += Array("0\r\n\r\n".utf8)
            #expect(read(bytes, parts: { Int.random(in: 1...700, using: &random) }) == (bytes.count, nil), "seed \(generator.seed)")
            let wrong = bytes + Array("GET / HTTP/1.1\r\n\r\n".utf8)
            let result = read(wrong, parts: { Int.random(in: 1...700, using: &random) })
            #expect(result.fault == .host && result.accepted >= bytes.count, "seed \(generator.seed)")
        }
    }
}

extension Collection where Element: Equatable {
    fileprivate func contains(subsequence: some Collection<Element>) -> Bool { firstRange(of: subsequence) != nil }
}
