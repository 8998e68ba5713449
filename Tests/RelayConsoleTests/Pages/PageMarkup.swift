import Testing

/// A page's tags in their order, as far as tests ask for them.
struct PageMarkup {
    struct Tag {
        let name: String
        let attributes: [String: String]
        let isEnd: Bool
    }

    private static let empty: Set<String> = ["meta", "link", "input", "br", "hr", "img"]

    let tags: [Tag]
    /// What is wrong with how they stand in each other.
    let faults: [String]

    /// Attributes are written in one way here: `name` or `name="value"`.
    init(_ html: String) {
        var tags: [Tag] = []
        var faults: [String] = []
        var open: [String] = []
        var rest = html[...]
        while let start = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: start)...]
            guard let end = rest.firstIndex(of: ">") else {
                faults.append("a tag without an end")
                break
            }
            let text = rest[..<end]
            rest = rest[rest.index(after: end)...]
            if text.hasPrefix("!") { continue }
            let isEnd = text.hasPrefix("/")
            let name = String(text.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber })
            if name.isEmpty { faults.append("no tag: \(text)") }
            tags.append(Tag(name: name, attributes: Self.attributes(text.drop { $0 != " " }, &faults), isEnd: isEnd))
            if isEnd {
                if open.popLast() != name { faults.append("</\(name)> ends nothing") }
            } else if !Self.empty.contains(name) {
                open.append(name)
            }
            // What stands in these is no markup.
            if !isEnd, name == "style" || name == "script", let close = rest.firstRange(of: "</\(name)") {
                rest = rest[close.lowerBound...]
            }
        }
        if !open.isEmpty { faults.append("not ended: \(open)") }
        self.tags = tags
        self.faults = faults
    }

    private static func attributes(_ text: Substring, _ faults: inout [String]) -> [String: String] {
        var found: [String: String] = [:]
        var rest = text
        while true {
            rest = rest.drop { $0 == " " }
            guard !rest.isEmpty, rest != "/" else { return found }
            let name = rest.prefix { $0 != "=" && $0 != " " }
            rest = rest[name.endIndex...]
            var value = ""
            if rest.hasPrefix("=\"") {
                value = String(rest.dropFirst(2).prefix { $0 != "\"" })
                rest = rest.dropFirst(3 + value.count)
            } else if rest.hasPrefix("=") {
                faults.append("a value without quotes: \(text)")
                return found
            }
            if found.updateValue(value, forKey: String(name)) != nil { faults.append("\(name) stands twice: \(text)") }
        }
    }

    func all(_ name: String) -> [Tag] { tags.filter { $0.name == name && !$0.isEnd } }

    /// Every value of an attribute.
    func values(_ attribute: String) -> [String] { tags.compactMap { $0.attributes[attribute] } }

    /// What every page must be like.
    func expectSound(_ page: String) {
        #expect(faults.isEmpty, "\(page)")
        #expect(all("html").map { $0.attributes["lang"] } == ["en"], "\(page)")
        for name in ["title", "h1", "main", "header", "footer"] { #expect(all(name).count == 1, "\(page) \(name)") }
        let ids = values("id")
        #expect(Set(ids).count == ids.count, "\(page) has an id twice")
        let labelled = Set(all("label").compactMap { $0.attributes["for"] })
        for tag in tags where !tag.isEnd && ["input", "select", "textarea"].contains(tag.name) {
            #expect(labelled.contains(tag.attributes["id"] ?? ""), "\(page) \(tag.name) has no label")
        }
        for attribute in ["aria-labelledby", "aria-describedby", "for"] {
            for value in values(attribute) {
                for id in value.split(separator: " ") { #expect(ids.contains(String(id)), "\(page) \(attribute) \(id)") }
            }
        }
        for tag in tags { #expect(!tag.attributes.keys.contains { $0.hasPrefix("on") || $0 == "style" }, "\(page) \(tag)") }
    }
}
