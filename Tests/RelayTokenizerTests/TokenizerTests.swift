import Foundation
import RelayTestKit
import RelayTokenizer
import Testing

@Suite("The tokenizer is tiktoken's o200k_base") struct TokenizerTests {
    @Test("every character of Unicode, before, between and behind letters, numbers, spaces and contractions")
    func everyCharacter() throws {
        var texts: [String] = []
        var text = ""
        for scalar in (UInt32(0)...0x10FFFF).compactMap(Unicode.Scalar.init) {
            // Half of the planes has no character; a sample of them is as good.
            if (0x32000..<0xE0000).contains(scalar.value) || scalar.value > 0xE0200, scalar.value % 97 != 0 { continue }
            let character = String(String.UnicodeScalarView([scalar]))
            text += "a\(character)Bc \(character)d\(character)'s1\(character)2\(character)\n"
            if text.utf8.count > 400 {
                texts.append(text)
                text = ""
            }
        }
        texts.append(text)
        try Tiktoken.expectEqual(texts, "every character")
    }

    @Test("a hundred thousand texts of every script, with emoji, control characters and all kinds of space")
    func randomTexts() throws {
        var random = RandomTexts(random: SeededGenerator())
        print("seed \(random.random.seed)")
        let seed = random.random.seed
        try Tiktoken.expectEqual((0..<100_000).map { _ in random.text() }, "seed \(seed)")
    }

    @Test("the lines and the files of this project")
    func realTexts() throws {
        let folders = ["Sources", "Tests", "docs", "scripts"].map { Vocabulary.project.appending(path: $0) }
        let files = folders.flatMap { folder in
            (FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? [])
        }
        let texts = files.compactMap { try? String(contentsOf: $0, encoding: .utf8) }
        try #require(texts.count > 200)
        try Tiktoken.expectEqual(texts + texts.prefix(200).flatMap { $0.components(separatedBy: "\n") }, "files")
    }

    @Test("very long runs of one character, of two, of random letters, and of what is no text")
    func longRuns() throws {
        var random = RandomTexts(random: SeededGenerator())
        print("seed \(random.random.seed)")
        let seed = random.random.seed
        // tiktoken needs seconds for longer ones.
        let counts = [127, 128, 129, 1_000, 20_000]
        var texts = ["a", " ", "\n", "A", "1", "!", "é", "中", "👍", "\u{301}", "ab", "aA", " \n", "//", "\u{0}", "'s"].flatMap { unit in
            counts.map { String(repeating: unit, count: $0) }
        }
        texts += counts.map { random.run(of: $0) }
        // Characters that have tokens of nearly every length, alone and in turns.
        let lengths = (1...40).map { _ in Int.random(in: 1...200, using: &random.random) }
        for symbol in "-=*#/_.~+!<> \t\n".map(String.init) {
            texts += (1...300).map { String(repeating: symbol, count: $0) }
            texts.append(lengths.map { String(repeating: symbol, count: $0) + "=" }.joined())
            texts.append(lengths.map { String(repeating: symbol, count: $0) + String(repeating: "-", count: 200 - $0) }.joined())
        }
        texts += counts.map { String(repeating: " ", count: $0) + "x" }
        texts.append(Data((0..<30_000).map { _ in UInt8.random(in: 0...255, using: &random.random) }).base64EncodedString())
        try Tiktoken.expectEqual(texts, "seed \(seed)")
    }

    @Test("An empty text has no token, and bytes that are no UTF-8 are counted without a fault")
    func bytes() throws {
        let tokenizer = try Vocabulary.tokenizer()
        #expect(tokenizer.count("") == 0)
        var random = SeededGenerator()
        print("seed \(random.seed)")
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 1...64, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            let count = bytes.withUnsafeBytes { tokenizer.count($0) }
            #expect(count >= 1 && count <= bytes.count, "seed \(random.seed)")
        }
    }
}

@Suite("The table of tokens") struct TokenTableTests {
    private func fault(_ change: (inout Data) -> Void) throws -> String? {
        var data = try Data(contentsOf: Vocabulary.tableFile)
        change(&data)
        do {
            _ = try data.withUnsafeBytes { try TokenTable(bytes: $0) }
            return nil
        } catch let fault as TokenTable.Fault {
            return fault.description
        }
    }

    @Test("is taken only whole, undamaged, and of this version")
    func faults() throws {
        #expect(try fault { _ in } == nil)
        #expect(try fault { $0 = Data() } == "it is no token table")
        #expect(try fault { $0 = Data("200000 tokens would be here, in words".utf8) } == "it is no token table")
        #expect(try fault { $0[4] = 9 } == "it is a token table of version 9, not 1")
        #expect(try fault { $0.removeLast(4) } == "it is not whole")
        #expect(try fault { $0.removeLast() } == "it is no token table")
        #expect(try fault { $0[$0.count / 2] ^= 1 } == "it is damaged")
    }

    @Test("A count that is given up is given up soon, also within a run that nothing cuts", arguments: ["a", " ", "🎉", "ab", "-"])
    func givenUp(unit: String) throws {
        let tokenizer = try Vocabulary.tokenizer()
        var text = String(repeating: unit, count: 200_000)
        let count = text.withUTF8 { tokenizer.count(UnsafeRawBufferPointer($0), upTo: 1_000) }
        // What is found beyond the limit is bounded, however many tokens there are.
        #expect(count > 1_000 && count <= max(text.utf8.count / 128, 1_000 + 4_096 + 1), "\(count)")
    }
}
