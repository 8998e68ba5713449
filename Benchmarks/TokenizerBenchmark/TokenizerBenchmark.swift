import Foundation
import RelayTokenizer

/// Counts the tokens of files again and again on one thread, and prints how fast that was: a JSON line for each file.
///
///     TokenizerBenchmark TABLE SECONDS FILE…
@main struct TokenizerBenchmark {
    private struct Result: Encodable {
        let file: String
        let tokens: Int
        let bytesPerSecond: Double
    }

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 3, let seconds = Double(arguments[2]) else {
            FileHandle.standardError.write(Data("usage: TokenizerBenchmark TABLE SECONDS FILE…\n".utf8))
            exit(64)
        }
        let data = try Data(contentsOf: URL(filePath: arguments[1]))
        let clock = ContinuousClock()
        var tokenizer: Tokenizer?
        let loading = try clock.measure {
            tokenizer = Tokenizer(table: try data.withUnsafeBytes { try TokenTable(bytes: $0) })
            _ = tokenizer?.count("a")
        }
        guard let tokenizer else { return }
        print(#"{"loadMilliseconds":\#(loading / .milliseconds(1))}"#)
        for file in arguments[3...] {
            let text = try Data(contentsOf: URL(filePath: file))
            var tokens = 0
            var rounds = 0
            let start = clock.now
            while clock.now - start < .seconds(seconds) || rounds == 0 {
                tokens = text.withUnsafeBytes { tokenizer.count($0) }
                rounds += 1
            }
            let elapsed = (clock.now - start) / .seconds(1)
            let result = Result(file: file, tokens: tokens, bytesPerSecond: Double(text.count * rounds) / elapsed)
            print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
        }
    }
}
