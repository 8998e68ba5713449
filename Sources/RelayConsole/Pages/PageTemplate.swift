import Mustache

/// A page: the frame that all pages have, around a template of its own. Whatever it is filled with is escaped.
struct PageTemplate: Sendable {
    private let template: MustacheTemplate

    /// - Precondition: `content` is a Mustache template. It is a part of the program, not of its input.
    init(_ content: String) {
        MustacheContentTypes.register(PageText(), named: PageText.name)
        do {
            template = try MustacheTemplate(
                string: "{{% CONTENT_TYPE:\(PageText.name)}}" + PageFrame.beginning + content + PageFrame.end)
        } catch {
            preconditionFailure("a page's template cannot be read: \(error)")
        }
    }

    /// - Parameters:
    ///   - title: of the page.
    ///   - values: by the names that the template has for them.
    func html(title: String, _ values: [String: Any]) -> String {
        template.render(values.merging(["title": title]) { own, _ in own })
    }
}
