/// The documentation, filled by ``DocumentationPage``.
enum DocumentationTemplate {
    static let page = PageTemplate(start + clients + errors + headers + limits + reference, in: .site(script: nil))

    private static let start = """
        <h1>Documentation</h1>
        <p class="lead">Any program that speaks OpenAI's API and lets you set its base URL works with this relay.</p>
        <nav class="contents" aria-label="On this page">
        <ul>
        <li><a href="#quick-start">Quick start</a></li>
        <li><a href="#clients">Clients</a></li>
        <li><a href="#errors">Errors</a></li>
        <li><a href="#headers">Response headers</a></li>
        <li><a href="#limits">Limits</a></li>
        <li><a href="#reference">API reference</a></li>
        </ul>
        </nav>
        <section id="quick-start" aria-labelledby="quick-start-title">
        <h2 id="quick-start-title">Quick start</h2>
        <dl>
        <dt>Base URL</dt><dd><code>{{base}}</code></dd>
        <dt>API key</dt><dd><code>nxr_…</code>, from the operator of this relay</dd>
        <dt>Model</dt><dd>one of <code>GET /v1/models</code>; <code>auto</code>, or none, for your plan's default route</dd>
        </dl>
        <h3>curl</h3>
        <pre tabindex="0"><code>{{curl}}</code></pre>
        <p>Add <code>-i</code> to see what it cost, and <code>"stream":true</code> with <code>curl -N</code> for a stream.</p>
        <h3>Python</h3>
        <pre tabindex="0"><code>{{python}}</code></pre>
        <p>Every answer names its request in <code>x-request-id</code>; <code>GET /v1/receipts/{request_id}</code> is its receipt.</p>
        </section>

        """

    private static let clients = """
        <section id="clients" aria-labelledby="clients-title">
        <h2 id="clients-title">Clients</h2>
        <p>Give each program a key of its own. A key in a web page belongs to whoever opens the page: keep it on your server.</p>
        <div class="wide" role="region" aria-label="Clients" tabindex="0">
        <table>
        <caption>What to set</caption>
        <thead><tr><th scope="col">Client</th><th scope="col">Setting</th></tr></thead>
        <tbody>
        {{#clients}}
        <tr><th scope="row">{{client}}</th><td><code>{{line}}</code></td></tr>
        {{/clients}}
        </tbody>
        </table>
        </div>
        </section>

        """

    private static let errors = """
        <section id="errors" aria-labelledby="errors-title">
        <h2 id="errors-title">Errors</h2>
        <p>Every refusal is <code>{"error": {"message", "type", "param", "code"}}</code>, and nothing of it is billed. Decide by \
        <code>code</code>; the message is for people, and says what to do.</p>
        <div class="wide" role="region" aria-label="Errors" tabindex="0">
        <table>
        <caption>All codes</caption>
        <thead><tr><th scope="col">Status</th><th scope="col">Code</th><th scope="col">Type</th><th scope="col">When</th></tr></thead>
        <tbody>
        {{#errors}}
        <tr id="error-{{code}}"><td>{{status}}</td><th scope="row"><code>{{code}}</code></th><td><code>{{type}}</code></td>\
        <td>{{{meaning}}}{{#isFinal}} No retry within minutes helps.{{/isFinal}}</td></tr>
        {{/errors}}
        </tbody>
        </table>
        </div>
        </section>

        """

    private static let headers = """
        <section id="headers" aria-labelledby="headers-title">
        <h2 id="headers-title">Response headers</h2>
        <div class="wide" role="region" aria-label="Response headers" tabindex="0">
        <table>
        <caption>What answers may carry</caption>
        <thead><tr><th scope="col">Header</th><th scope="col">Value</th></tr></thead>
        <tbody>
        {{#headers}}
        <tr><th scope="row"><code>{{name}}</code></th><td>{{{text}}}</td></tr>
        {{/headers}}
        </tbody>
        </table>
        </div>
        <p>A stream says what it cost in a comment before its end: \
        <code>: nexrelay {"request_id":…,"credits_charged":…,"credits_remaining":…}</code>.</p>
        </section>

        """

    private static let limits = """
        <section id="limits" aria-labelledby="limits-title">
        <h2 id="limits-title">Limits</h2>
        {{^hasPlans}}
        <p class="note">No plan is on sale at present, so there are no limits of plans to show.</p>
        {{/hasPlans}}
        {{#hasPlans}}
        <div class="wide" role="region" aria-label="Limits of the plans" tabindex="0">
        <table>
        <caption>Of the plans</caption>
        <thead><tr><th scope="col">Limit</th>{{#planNames}}<th scope="col" class="number">{{plan}}</th>{{/planNames}}</tr></thead>
        <tbody>
        {{#limits}}
        <tr><th scope="row">{{limit}}</th>{{#figures}}<td class="number">{{figure}}</td>{{/figures}}</tr>
        {{/limits}}
        </tbody>
        </table>
        </div>
        {{/hasPlans}}
        <div class="wide" role="region" aria-label="Limits of a request" tabindex="0">
        <table>
        <caption>Of a request</caption>
        <thead><tr><th scope="col">What</th><th scope="col" class="number">At most</th><th scope="col">Beyond it</th></tr></thead>
        <tbody>
        {{#sizes}}
        <tr><th scope="row">{{{what}}}</th><td class="number">{{most}}</td><td><a href="#error-{{code}}"><code>{{code}}</code></a></td></tr>
        {{/sizes}}
        </tbody>
        </table>
        </div>
        <p class="soft">A small balance, allowance or budget shortens an answer before it refuses one; <code>x-nexrelay-max-output-tokens</code> \
        says so. An answer to a request with an <code>Idempotency-Key</code> is kept for 24 hours.</p>
        </section>

        """

    private static let reference = """
        <section id="reference" aria-labelledby="reference-title">
        <h2 id="reference-title">API reference</h2>
        <p>The same as <a href="/openapi.json"><code>/openapi.json</code></a>, which describes every schema to programs in OpenAPI 3.1. A key goes \
        into <code>Authorization: Bearer nxr_…</code>.</p>
        {{{reference}}}
        </section>

        """
}
