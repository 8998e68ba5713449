import NIOCore
import Testing

@testable import RelayWire

@Suite struct BodySplicerTests {
    static let watch = JSONWatch(members: ["a", "b", "c", "d"])

    static func outline(_ text: String) throws -> JSONOutline {
        var text = text
        return try text.withUTF8 { try JSONScanner.outline(of: UnsafeRawBufferPointer($0), watching: watch) }
    }

    static func change(_ text: String, inserting: [String] = [], removing: [String] = []) throws -> String {
        let outline = try outline(text)
        let members = removing.compactMap { key in watch.members.firstIndex(of: Array(key.utf8)).flatMap { outline.members[$0] } }
        try #require(members.count == removing.count)
        var splicer = BodySplicer()
        splicer.change(outline, inserting: inserting, removing: members)
        return String(buffer: splicer.spliced(ByteBuffer(string: text), allocator: ByteBufferAllocator()))
    }

    @Test(
        "A member goes with exactly one comma: first, middle, last, only, and with neighbours",
        arguments: [
            (#"{"a":1,"b":2,"c":3}"#, ["a"], #"{"b":2,"c":3}"#),
            (#"{"a":1,"b":2,"c":3}"#, ["b"], #"{"a":1,"c":3}"#),
            (#"{"a":1,"b":2,"c":3}"#, ["c"], #"{"a":1,"b":2}"#),
            (#"{"a":1}"#, ["a"], "{}"),
            (#"{"a":1,"b":2,"c":3}"#, ["a", "b"], #"{"c":3}"#),
            (#"{"a":1,"b":2,"c":3}"#, ["c", "b"], #"{"a":1}"#),
            (#"{"a":1,"b":2,"c":3}"#, ["a", "c"], #"{"b":2}"#),
            (#"{"a":1,"b":2,"c":3}"#, ["b", "c", "a"], "{}"),
            ("{ \"a\" : [1,2] , \"b\" : \"x,y\"\n}", ["a"], "{  \"b\" : \"x,y\"\n}"),
            ("{ \"a\" : [1,2] , \"b\" : \"x,y\"\n}", ["b"], "{ \"a\" : [1,2] \n}"),
            (#"{"\u0061":{"a":1},"b":2}"#, ["a"], #"{"b":2}"#),
            (#"{"x":1,"a":2,"y":3}"#, ["a"], #"{"x":1,"y":3}"#),
        ])
    func removal(text: String, keys: [String], expected: String) throws {
        #expect(try Self.change(text, removing: keys) == expected)
    }

    @Test(
        "Members are inserted with the commas that the rest asks for",
        arguments: [
            ("{}", [], #"{"p":1,"q":2}"#),
            (" {\n} ", [], " {\"p\":1,\"q\":2\n} "),
            (#"{"a":1}"#, [], #"{"p":1,"q":2,"a":1}"#),
            (#"{"a":1}"#, ["a"], #"{"p":1,"q":2}"#),
            (#"{ "a":1, "b":2 }"#, ["a"], #"{"p":1,"q":2,  "b":2 }"#),
            (#"{"a":1,"b":2}"#, ["a", "b"], #"{"p":1,"q":2}"#),
        ])
    func insertion(text: String, removing: [String], expected: String) throws {
        #expect(try Self.change(text, inserting: [#""p":1"#, #""q":2"#], removing: removing) == expected)
    }

    @Test("Random changes to random objects parse, and differ only where meant")
    func randomChanges() throws {
        var generator = SeededGenerator()
        let seed = generator.seed
        for round in 0..<3_000 {
            let keys = ["a", "b", "c", "d", "e", "f"].shuffled(using: &generator).prefix(Int.random(in: 0...6, using: &generator))
            var random = RandomJSON(generator: generator)
            let text =
                random.space() + "{" + random.space()
                + keys.map { random.space() + random.string($0) + random.space() + ":" + random.value(depth: 2) }.joined(separator: ",")
                + random.space() + "}" + random.space()
            generator = random.generator
            let removed = keys.filter { "abcd".contains($0) }.filter { _ in generator.chance(50) }.shuffled(using: &generator)
            let inserted = generator.chance(50) ? [#""new":[1]"#] : []

            let changed = try Self.change(text, inserting: inserted, removing: removed)
            guard case .object(let before) = ReferenceJSON.parse(Array(text.utf8)),
                case .object(let after) = ReferenceJSON.parse(Array(changed.utf8))
            else {
                Issue.record("seed \(seed), round \(round): \(text) became \(changed)")
                return
            }
            let kept = before.filter { member in !removed.contains { Array($0.utf16) == member.key } }
            let expected = inserted.isEmpty ? kept : [ReferenceJSON.Member("new", .array([.number("1")]))] + kept
            #expect(after == expected, "seed \(seed), round \(round)")
        }
    }
}
