import RelayDomain
import Testing

@testable import RelayWire

@Suite struct ChatPromptTests {
    /// The parts of a body, texts in quotes.
    private static func parts(_ body: String) -> [String] {
        var parts: [String] = []
        Array(body.utf8).withUnsafeBytes { bytes in
            Prompt.forEachPart(of: bytes, for: .chatCompletions) { part in
                switch part {
                case .text(let text): parts.append("'\(String(decoding: text, as: UTF8.self))'")
                case .tokens(let tokens): parts.append("\(tokens)")
                }
            }
        }
        return parts
    }

    @Test("Messages are their roles, contents and names, decoded, with what stands between them")
    func messages() {
        #expect(Self.parts(#"{"messages":[{"role":"user","content":"hi"}]}"#) == ["3", "3", "'user'", "'hi'"])
        #expect(
            Self.parts(#" {"messages" : [ {"content":"a\n\u00e9\ud83d\ude00\ud800","role":"system","name":"bob"} , {} ] } "#)
                == ["3", "3", "'a\né😀\u{FFFD}'", "'system'", "'bob'", "1", "3"])
        #expect(
            Self.parts(#"{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]}"#)
                == ["3", "3", "'user'", "'a'", "'b'"])
        #expect(Self.parts(#"{"messages":[{"role":"assistant","content":null}]}"#) == ["3", "3", "'assistant'"])
        // A content that is given twice counts twice: which one is read is not known.
        #expect(Self.parts(#"{"messages":[{"content":"a","content":"b"}]}"#) == ["3", "3", "'a'", "'b'"])
    }

    @Test("Tools, their calls and results, schemas and choices count by their JSON text")
    func tools() {
        #expect(Self.parts(#"{"tools":[{"a":1}, {"b":2}]}"#) == ["3", #"'{"a":1}'"#, "16", #"'{"b":2}'"#, "16", "112"])
        #expect(Self.parts(#"{"functions":[]}"#) == ["3"])
        #expect(Self.parts(#"{"tool_choice":"auto"}"#) == ["3", "'auto'"])
        #expect(Self.parts(#"{"tool_choice":{"name":"f"}}"#) == ["3", #"'{"name":"f"}'"#, "16"])
        #expect(
            Self.parts(#"{"messages":[{"role":"assistant","tool_calls":[{"id":"x"}]},{"role":"tool","tool_call_id":"x","content":"ok"}]}"#)
                == ["3", "3", "'assistant'", #"'{"id":"x"}'"#, "24", "3", "'tool'", "8", "'x'", "'ok'"])
        #expect(Self.parts(#"{"response_format":{"type":"json_object"}}"#) == ["3"])
        #expect(
            Self.parts(#"{"response_format":{"type":"json_schema","json_schema":{"name":"n"}}}"#) == [
                "3", "'json_schema'", #"'{"name":"n"}'"#, "24",
            ])
    }

    @Test("What no model reads is not counted, and what is not known is")
    func members() {
        #expect(
            Self.parts(
                #"{"model":"m","temperature":1,"stop":["x"],"user":"u","metadata":{"a":"b"},"max_tokens":5,"stream":true,"logit_bias":{}}"#)
                == ["3"])
        #expect(Self.parts(#"{"documents":["d"]}"#) == ["3", "'documents'", #"'["d"]'"#, "3"])
        #expect(Self.parts(#"{"messages":[{"reasoning":"r"}]}"#) == ["3", "3", "'reasoning'", #"'"r"'"#, "24"])
        #expect(
            Self.parts(#"{"messages":[{"content":[{"type":"video","video":"v"}]}]}"#) == ["3", "3", #"'{"type":"video","video":"v"}'"#])
    }

    @Test("An image counts by its size, and only where it is one")
    func images() {
        let image = #"{"type":"image_url","image_url":{"url":"https://example.org/x.png"}}"#
        #expect(Self.parts(#"{"messages":[{"content":[\#(image)]}]}"#) == ["3", "3", "12002"])
        // Text that only claims to be one is text.
        #expect(
            Self.parts(#"{"messages":[{"content":[{"type":"text","text":"data:image/png;base64,AAAA"}]}]}"#).last
                == "'data:image/png;base64,AAAA'")
        #expect(Self.parts(#"{"tools":[\#(image)]}"#).contains("'\(image)'"))
    }

    /// Whoever reads the last of two members, or another part of a part, must not find text that was not counted.
    @Test(
        "Text cannot be hidden from the count",
        arguments: [
            #"{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"},"text":"HIDDEN"}"#,
            #"{"type":"image_url","type":"text","text":"HIDDEN","image_url":{"url":"x"}}"#,
            #"{"type":"text","text":"a","text":"HIDDEN"}"#, #"{"text":"HIDDEN"}"#, #"{"type":["text"],"text":"HIDDEN"}"#,
            #"{"type":"input_text","text":"HIDDEN"}"#, #"{"type":"image_url","image_url":{"url":"x","alt":"HIDDEN"}}"#,
            #"{"type":"image_url","image_url":{"url":{"a":"HIDDEN"}}}"#, #"{"type":"text","text":["HIDDEN"]}"#, #""HIDDEN""#,
            #"["HIDDEN"]"#,
            #"{"t\u0079pe":"text","te\u0078t":"HIDDEN"}"#, #"{"type":"text","text":"a","other":"HIDDEN"}"#,
        ])
    func hiding(part: String) {
        for whole in [
            #"{"messages":[\#(part)]}"#, #"{"messages":\#(part)}"#, #"{"tools":\#(part)}"#, #"{"response_format":\#(part)}"#,
            #"{"tool_choice":\#(part)}"#,
        ] {
            #expect(Self.parts(whole).joined().contains("HIDDEN"))
        }
        #expect(Self.parts(#"{"messages":[{"role":"user","content":[\#(part)]}]}"#).joined().contains("HIDDEN"))
        #expect(Self.parts(#"{"messages":[{"role":"user","content":\#(part)}]}"#).joined().contains("HIDDEN"))
    }

    @Test("An image that is named twice, or whose detail is, counts as the largest; each of several counts")
    func twice() {
        let small = #""url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ""#
        func bound(_ image: String) -> String { Self.parts(#"{"messages":[{"content":[{"type":"image_url",\#(image)}]}]}"#).last! }
        #expect(bound(#""image_url":{\#(small),"detail":"low"}"#) == "257")
        #expect(bound(#""image_url":{\#(small),"url":"https://example.org/large.png"}"#) == "12002")
        #expect(bound(#""image_url":"https://example.org/large.png""#) == "12002")
        let two = Self.parts(#"{"messages":[{"content":[{"type":"image_url","image_url":{\#(small)},"image_url":{"url":"x"}}]}]}"#)
        #expect(two.suffix(2) == ["257", "12002"])
    }

    @Test("A walk over any valid document finds what the reference parser finds")
    func walk() throws {
        func rebuilt(_ view: JSONValueView) -> String {
            switch view.kind {
            case .object:
                var members: [String] = []
                view.forEachMember { key, value in members.append("\"\(String(decoding: key, as: UTF8.self))\":\(rebuilt(value))") }
                return "{\(members.joined(separator: ","))}"
            case .array:
                var elements: [String] = []
                view.forEachElement { elements.append(rebuilt($0)) }
                return "[\(elements.joined(separator: ","))]"
            default: return String(decoding: view.bytes, as: UTF8.self)
            }
        }
        for document in [
            #"{"a":[1,-2.5e3,"x\"]}",{},[],null,true],"b":{"c":{"d":[[["e"]]]}},"":"\\"}"#, "{}", #"{"a":{"b":false},"c":0}"#,
        ] {
            let spaced = document.replacing(",", with: " ,\n").replacing(":", with: " :\t").replacing("[", with: "[ ").replacing(
                "]", with: " ]")
            let isPlain = !document.contains(#"]}""#)
            for text in isPlain ? [document, spaced] : [document] {
                Array(text.utf8).withUnsafeBytes { #expect(rebuilt(JSONValueView(bytes: $0)) == document) }
            }
        }
    }
}
