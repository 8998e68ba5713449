import Mustache

/// A page: a frame around a template of its own. Whatever it is filled with is escaped.
struct PageTemplate: Sendable {
    private let fragment: PageFragment

    /// - Precondition: `content` is a Mustache template. It is a part of the program, not of its input.
    init(_ content: String, in frame: PageFrame = .document) {
        fragment = PageFragment(frame.around(content))
    }

    /// - Parameters:
    ///   - title: of the page.
    ///   - path: of the page, for the navigation.
    ///   - values: by the names that the template has for them.
    func html(title: String, at path: String = "", _ values: [String: Any]) -> String {
        let own: [String: Any] = ["title": title, "navigation": SiteNavigation.values(at: path)]
        return fragment.render(values.merging(own) { $1 })
    }
}

/// A part of a page, or the whole of it. Three braces take HTML that the program has made itself.
struct PageFragment: Sendable {
    private let template: MustacheTemplate

    /// - Precondition: `text` is a Mustache template. It is a part of the program, not of its input.
    init(_ text: String) {
        MustacheContentTypes.register(PageText(), named: PageText.name)
        do {
            template = try MustacheTemplate(string: "{{% CONTENT_TYPE:\(PageText.name)}}" + text)
        } catch {
            preconditionFailure("a page's template cannot be read: \(error)")
        }
    }

    func render(_ values: [String: Any]) -> String { template.render(values) }
}
