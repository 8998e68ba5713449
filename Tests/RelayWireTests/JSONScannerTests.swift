import Testing

@testable import RelayWire

@Suite struct JSONScannerTests {
    static let watch = JSONWatch(members: RandomJSON.words.filter { !$0.isEmpty && $0.count < 40 }, counting: ["image_url"])

    static func outline(_ bytes: [UInt8]) -> Result<JSONOutline, JSONFault> {
        bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONFault) in try JSONScanner.outline(of: bytes, watching: watch) }
        }
    }

    static func fault(_ text: String) -> JSONFault? {
        if case .failure(let fault) = outline(Array(text.utf8)) { fault } else { nil }
    }

    @Test("A random document has the verdict of the reference parser, and every watched member lies where it says")
    func randomDocuments() throws {
        var random = RandomJSON(generator: SeededGenerator())
        let seed = random.generator.seed
        for round in 0..<4_000 {
            let bytes = Array(random.object().utf8)
            let reference = try #require(ReferenceJSON.parse(bytes), "seed \(seed), round \(round)")
            guard case .success(let outline) = Self.outline(bytes) else {
                Issue.record("seed \(seed), round \(round): refused \(String(decoding: bytes, as: UTF8.self))")
                return
            }
            for (index, key) in Self.watch.members.enumerated() {
                let expected = reference[String(decoding: key ?? [], as: UTF8.self)]
                let found = outline.members[index].flatMap { ReferenceJSON.parse(Array(bytes[$0.value])) }
                #expect(found == expected, "seed \(seed), round \(round)")
            }
        }
    }

    @Test("A damaged document has the verdict of the reference parser")
    func damagedDocuments() {
        var random = RandomJSON(generator: SeededGenerator())
        let seed = random.generator.seed
        var refused = 0
        for round in 0..<20_000 {
            let bytes = random.damaged(Array(random.object().utf8))
            var expected = false
            if case .object = ReferenceJSON.parse(bytes) { expected = true }
            var verdict = false
            if case .success = Self.outline(bytes) { verdict = true }
            #expect(verdict == expected, "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self))")
            refused += verdict ? 0 : 1
        }
        #expect(refused > 1_000, "seed \(seed): the damage does nothing")
    }

    @Test(
        "A fault names what is wrong and the byte at fault",
        arguments: [
            ("", JSONFault(.empty, at: 0)),
            (" \n", JSONFault(.empty, at: 2)),
            ("{", JSONFault(.ended, at: 1)),
            (#"{"a""#, JSONFault(.ended, at: 4)),
            (#"{"a":1"#, JSONFault(.ended, at: 6)),
            (#"{"a":tru"#, JSONFault(.ended, at: 8)),
            (#"{"a":"\u12"#, JSONFault(.ended, at: 10)),
            (#"{"a":}"#, JSONFault(.expectedValue, at: 5)),
            (#"{"a":1,}"#, JSONFault(.expectedKey, at: 7)),
            (#"{a:1}"#, JSONFault(.expectedKey, at: 1)),
            (#"{"a" 1}"#, JSONFault(.expectedColon, at: 5)),
            (#"{"a":1 "b":2}"#, JSONFault(.expectedCommaOrEnd, at: 7)),
            (#"{"a":[1}}"#, JSONFault(.expectedCommaOrEnd, at: 7)),
            (#"{"a":[1,]}"#, JSONFault(.expectedValue, at: 8)),
            (#"{"a":01}"#, JSONFault(.expectedCommaOrEnd, at: 6)),
            (#"{"a":-}"#, JSONFault(.badNumber, at: 6)),
            (#"{"a":1.}"#, JSONFault(.badNumber, at: 7)),
            (#"{"a":1e}"#, JSONFault(.badNumber, at: 7)),
            (#"{"a":+1}"#, JSONFault(.expectedValue, at: 5)),
            (#"{"a":NaN}"#, JSONFault(.expectedValue, at: 5)),
            (#"{"a":nul1}"#, JSONFault(.badLiteral, at: 8)),
            (#"{"a":"\x"}"#, JSONFault(.badEscape, at: 7)),
            (#"{"a":"\u12g4"}"#, JSONFault(.badEscape, at: 10)),
            ("{\"a\":\"\n\"}", JSONFault(.controlCharacter, at: 6)),
            ("{\"a\":\"\u{0}\"}", JSONFault(.controlCharacter, at: 6)),
            ("{} {}", JSONFault(.trailingText, at: 3)),
            ("{}\u{0}", JSONFault(.trailingText, at: 2)),
            ("[1]", JSONFault(.notAnObject, at: 0)),
            (" null", JSONFault(.notAnObject, at: 1)),
            ("\u{FEFF}{}", JSONFault(.expectedValue, at: 0)),
        ])
    func faults(text: String, fault: JSONFault) {
        #expect(Self.fault(text) == fault)
    }

    @Test(
        "Bytes that are no UTF-8 are refused, class by class",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
            [0xE2, 0x82, 0x41], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF0, 0x9F, 0x98],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        ] as [[UInt8]])
    func invalidUTF8(sequence: [UInt8]) {
        for padding in ["", "1234567", "12345678", "é"] {
            let start = Array("{\"a\":\"\(padding)".utf8)
            guard case .failure(let fault) = Self.outline(start + sequence + Array("\"}".utf8)) else {
                Issue.record("accepted \(sequence)")
                continue
            }
            #expect(fault == JSONFault(.badUTF8, at: start.count))
        }
    }

    @Test("The first and the last scalar of each UTF-8 length pass")
    func validUTF8() {
        for scalar in ["\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}"] {
            #expect(Self.fault("{\"\(scalar)\":\"\(scalar)\(scalar)\"}") == nil)
        }
    }

    @Test("128 levels pass, 129 do not, and 100,000 end at the same place")
    func nesting() {
        func nested(_ count: Int, _ open: String, _ close: String) -> String {
            #"{"a":"# + String(repeating: open, count: count) + "1" + String(repeating: close, count: count) + "}"
        }
        #expect(Self.fault(nested(127, "[", "]")) == nil)
        #expect(Self.fault(nested(127, #"{"a":"#, "}")) == nil)
        #expect(Self.fault(nested(128, "[", "]")) == JSONFault(.tooDeep, at: 5 + 127))
        #expect(Self.fault(String(repeating: "[", count: 100_000)) == JSONFault(.tooDeep, at: 128))
        #expect(Self.fault(String(repeating: #"{"a":"#, count: 100_000)) == JSONFault(.tooDeep, at: 128 * 5))
    }

    @Test("Keys are compared decoded, repeated ones are noted, and counted ones are found at every depth")
    func keys() throws {
        let text =
            #"{"mod\u0065l":1,"image_url":{"image_ur\u006C":[{"image_url":2}]},"mode":3,"models ":4,"\/":5,"mod\u0065l":6,"x":"image_url"}"#
        let outline = try Self.outline(Array(text.utf8)).get()
        let index = try #require(Self.watch.members.firstIndex(of: Array("model".utf8)))
        #expect(outline.members[index]?.value == 14..<15)
        #expect(outline.repeatedIndex == index)
        #expect(outline.countedMembers == 3)
        #expect(outline.memberCount == 7)
    }

    @Test("Every truncation of a document is refused")
    func truncations() {
        let bytes = Array(#"{"model":"é\n","n":-1.5e+7,"messages":[{"role":"user","content":[true,false,null,{}]}]}"#.utf8)
        for count in 0..<bytes.count {
            guard case .failure = Self.outline(Array(bytes[..<count])) else {
                Issue.record("accepted the first \(count) bytes")
                continue
            }
        }
        #expect(throws: Never.self) { try Self.outline(bytes).get() }
    }
}
