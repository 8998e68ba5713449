import Foundation
import RelayTestKit
import Testing

@testable import RelayConsole

/// Read by somebody else's reader.
@Suite struct QRCodeTests {
    @Test(
        "a phone reads what was written",
        arguments: [
            "tron:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t?amount=8.9987",
            "ethereum:0xdac17f958d2ee523a2206206994597c13d831ec7@1/transfer?address=0x00000000000000000000000000000000000000d1&uint256=29000000",
        ])
    func read(text: String) throws {
        #expect(try read(svg: QRCode(text).svg) == text)
    }

    @Test("a text that is too long for a code is an error")
    func tooLong() {
        #expect(throws: (any Error).self) { try QRCode(String(repeating: "x", count: 5_000)) }
    }

    /// Draws the path as a browser would, and has zbar read it.
    private func read(svg: String) throws -> String {
        let size = try #require(svg.firstMatch(of: /viewBox="0 0 (\d+) \1"/).flatMap { Int($0.1) })
        let path = try #require(svg.firstMatch(of: /<path d="([^"]*)"/)?.1)
        var dark = Set<[Int]>()
        for run in path.matches(of: /M(\d+) (\d+)h(\d+)v1h-(\d+)z/) {
            let (x, y, width) = (Int(run.1)!, Int(run.2)!, Int(run.3)!)
            #expect(run.3 == run.4)
            for column in x..<x + width { #expect(dark.insert([column, y]).inserted, "a module is drawn twice") }
        }
        let quiet = 4
        #expect(dark.allSatisfy { $0.allSatisfy { (quiet..<size - quiet).contains($0) } })
        #expect(dark.contains([quiet, quiet]) && dark.contains([size - quiet - 1, quiet]))
        let scale = 6
        var image = Data("P5 \(size * scale) \(size * scale) 255\n".utf8)
        for y in 0..<size * scale {
            for x in 0..<size * scale { image.append(dark.contains([x / scale, y / scale]) ? 0 : 255) }
        }
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "code.pgm")
        try image.write(to: file)
        let output = try Subprocess.run(["/usr/bin/zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file.path])
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
