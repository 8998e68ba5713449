import Foundation
import RelayTestKit
import RelayTokenizer
import Testing

/// OpenAI's own tokenizer, in Python.
enum Tiktoken {
    /// The ranks of each text.
    static func encode(_ texts: [String]) throws -> [[UInt32]] {
        let folder = try TemporaryFolder()
        let input = folder.url.appending(path: "texts.json")
        let output = folder.url.appending(path: "ranks.txt")
        try JSONEncoder().encode(texts).write(to: input)
        try Data().write(to: output)
        let process = Process()
        process.executableURL = Vocabulary.python
        process.arguments = [Vocabulary.project.appending(path: "Tests/RelayTokenizerTests/Clients/tokens.py").path, input.path]
        process.environment = ["TIKTOKEN_CACHE_DIR": Vocabulary.ranksFolder.path]
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "tiktoken failed")
        let lines = try String(contentsOf: output, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        return lines.map { $0.split(separator: " ").map { UInt32($0)! } }
    }

    /// Encodes and counts every text as tiktoken does.
    static func expectEqual(_ texts: [String], _ hint: String) throws {
        let tokenizer = try Vocabulary.tokenizer()
        let expected = try encode(texts)
        try #require(expected.count == texts.count)
        var differing: [String] = []
        for (text, ranks) in zip(texts, expected) where tokenizer.encode(text) != ranks || tokenizer.count(text) != ranks.count {
            differing.append(text)
        }
        let first = differing.min { $0.utf8.count < $1.utf8.count }
        #expect(differing.isEmpty, "\(differing.count) of \(texts.count) texts, \(hint); the shortest: \((first ?? "").debugDescription)")
    }
}
