/// The status, filled by ``StatusPage``.
enum StatusTemplate {
    static let page = PageTemplate(content, in: .site(script: script))

    private static let content = """
        <h1>Status</h1>
        {{#summary}}
        <p class="note"><strong class="{{kind}}">{{text}}</strong></p>
        {{/summary}}
        {{^hasModels}}
        <p>This relay has no models at present.</p>
        {{/hasModels}}
        {{#hasModels}}
        <div class="wide" role="region" aria-label="Models" tabindex="0">
        <table>
        <caption>Models</caption>
        <thead><tr><th scope="col">Model</th><th scope="col">Now</th><th scope="col">Note</th></tr></thead>
        <tbody>
        {{#models}}
        <tr><th scope="row">{{name}}</th><td class="state {{kind}}">{{state}}</td><td>{{note}}</td></tr>
        {{/models}}
        </tbody>
        </table>
        </div>
        {{/hasModels}}
        <dl>
        <dt>Looked at</dt><dd><time datetime="{{readAtISO}}">{{readAt}} UTC</time></dd>
        <dt>Version</dt><dd>NexRelay {{version}}</dd>
        </dl>
        <p><a href="/status">Look again</a></p>

        """

    /// Says times in the viewer's zone beside UTC.
    static let script = PageScript(
        """

        'use strict';
        for (const time of document.querySelectorAll('time[datetime]')) {
          const date = new Date(time.dateTime);
          if (Number.isNaN(date.getTime())) continue;
          const note = document.createElement('span');
          note.className = 'soft';
          note.textContent = ' · ' + date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' }) + ' where you are';
          time.after(note);
        }

        """)
}
