import Hummingbird
import RelayDomain

/// An operation of the API as the documentation shows it: from the same description that programs are given.
struct OperationText {
    let operation: APIOperation

    var values: [String: Any] {
        let inputs = inputs
        return [
            "id": "operation-\(operation.name)", "method": operation.method.rawValue, "path": operation.path,
            "summary": Prose.html(operation.summary), "text": operation.text.map(Prose.html) ?? false,
            "key": operation.refusals.needsKey ? "With a key." : "Without a key.", "hasInputs": !inputs.isEmpty, "inputs": inputs,
            "example": operation.example?.jsonText ?? false, "answers": answers, "refusals": refusals,
        ]
    }

    /// Parameters, and the members of the body.
    private var inputs: [[String: Any]] {
        operation.parameters.map {
            Self.input($0.name, $0.place.rawValue, $0.schema.json, isRequired: $0.isRequired, text: $0.text)
        }
            + (operation.body.map { SchemaText.members(of: $0.json) } ?? []).map {
                Self.input($0.name, "body", $0.schema, isRequired: $0.isRequired, text: SchemaText.description(of: $0.schema))
            }
    }

    private static func input(_ name: String, _ place: String, _ schema: JSONValue, isRequired: Bool, text: String) -> [String: Any] {
        [
            "name": name, "place": isRequired ? "\(place), required" : place, "type": SchemaText.type(of: schema), "text": Prose.html(text),
        ]
    }

    private var answers: [[String: Any]] {
        operation.answers.map { answer in
            let types = answer.content.map { Prose.html("\($0.type): \(SchemaText.summary(of: $0.schema.json))") }
            return ["status": "\(answer.status)", "text": Prose.html(answer.text), "types": types.map { ["type": $0] }]
        }
    }

    /// By status, each code with the place where it is explained.
    private var refusals: [[String: Any]] {
        let codes = operation.refusals.codes + operation.furtherCodes
        return Dictionary(grouping: codes) { Refusal($0, "").status }.sorted { $0.key < $1.key }.map { status, codes in
            [
                "status": "\(status)", "codes": codes.map { ["code": $0.rawValue] },
                "passes": operation.refusals.passing.contains(status),
            ]
        }
    }
}

/// All operations, rendered once: they are the same for as long as the process runs.
enum APIReference {
    static let html = template.render(["groups": groups])

    private static var groups: [[String: Any]] {
        var tags: [String] = []
        for operation in CustomerDescription.operations where !tags.contains(operation.tag) { tags.append(operation.tag) }
        return tags.map { tag in
            let operations = CustomerDescription.operations.filter { $0.tag == tag }
            return ["tag": tag, "operations": operations.map { OperationText(operation: $0).values }]
        }
    }

    private static let template = PageFragment(
        """
        {{#groups}}
        <h3>{{tag}}</h3>
        {{#operations}}
        <article class="operation" id="{{id}}">
        <h4><code><span class="method">{{method}}</span> {{path}}</code></h4>
        <p>{{{summary}}}. {{key}}{{#text}} {{{text}}}{{/text}}</p>
        {{#hasInputs}}
        <div class="wide" role="region" aria-label="What {{method}} {{path}} takes" tabindex="0">
        <table>
        <thead><tr><th scope="col">Takes</th><th scope="col">In</th><th scope="col">Type</th><th scope="col">What it is</th></tr></thead>
        <tbody>
        {{#inputs}}
        <tr><th scope="row"><code>{{name}}</code></th><td>{{place}}</td><td>{{type}}</td><td>{{{text}}}</td></tr>
        {{/inputs}}
        </tbody>
        </table>
        </div>
        {{/hasInputs}}
        {{#example}}
        <pre tabindex="0"><code>{{example}}</code></pre>
        {{/example}}
        <div class="wide" role="region" aria-label="What {{method}} {{path}} answers" tabindex="0">
        <table>
        <thead><tr><th scope="col">Answers</th><th scope="col">With</th></tr></thead>
        <tbody>
        {{#answers}}
        <tr><th scope="row">{{status}}</th><td>{{{text}}}{{#types}} <span class="facts">{{{type}}}</span>{{/types}}</td></tr>
        {{/answers}}
        {{#refusals}}
        <tr><th scope="row">{{status}}</th><td>{{#codes}}<a href="#error-{{code}}"><code>{{code}}</code></a> {{/codes}}\
        {{#passes}}<span class="facts">Or the upstream's own refusal, as it came. It is not billed.</span>{{/passes}}</td></tr>
        {{/refusals}}
        </tbody>
        </table>
        </div>
        </article>
        {{/operations}}
        {{/groups}}

        """)
}
