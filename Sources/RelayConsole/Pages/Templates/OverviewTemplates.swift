/// What people see first when they have signed in.
enum OverviewTemplates {
    static let console = PageTemplate(
        """
        <h1>Overview</h1>
        {{#suspended}}<p class="fault" role="alert">This account is suspended: {{suspended}}. Its requests are refused. \
        Ask whoever operates this relay.</p>{{/suspended}}
        <dl>
        <dt>Account</dt><dd>{{accountName}} {{accountEmail}} <span class="soft">{{accountID}}</span></dd>
        <dt>Available</dt><dd class="figure">{{available.credits}} credits <span class="soft">${{available.usd}}</span></dd>
        <dt>Held for requests in flight</dt><dd>{{held.credits}} credits <span class="soft">${{held.usd}}, {{inFlight}} requests</span></dd>
        <dt>Balance</dt><dd>{{balance.credits}} credits <span class="soft">${{balance.usd}}</span></dd>
        <dt>Plan</dt><dd>{{#plan}}{{plan}}{{/plan}}{{^plan}}none{{/plan}}{{#nextPlan}}, from next month on {{nextPlan}}{{/nextPlan}}</dd>
        </dl>
        {{#plan}}
        <div class="wide" role="region" aria-label="This month's allowances" tabindex="0">
        <table>
        <caption>This month's allowances</caption>
        <thead><tr><th scope="col">Tokens</th><th scope="col">Share</th><th scope="col" class="number">Used and held</th>\
        <th scope="col" class="number">Allowance</th><th scope="col" class="number">Left</th></tr></thead>
        <tbody>
        {{#meters}}
        <tr><th scope="row">{{name}}</th><td><meter min="0" max="{{most}}" value="{{taken}}" high="{{high}}" \
        aria-label="{{name}}: {{percent}} percent used">{{percent}}%</meter></td><td class="number">{{used}}</td>\
        <td class="number">{{limit}}</td><td class="number">{{left}}</td></tr>
        {{/meters}}
        </tbody>
        </table>
        </div>
        <p class="soft">They begin anew on <time datetime="{{resetsISO}}">{{resets}} UTC</time>. Credits stay.</p>
        {{/plan}}
        {{^plan}}<p>There is no plan yet: the first recharge brings one, and credits.</p>{{/plan}}
        <h2>Go on</h2>
        <ul>
        <li><a href="/console/security">Password, codes and sessions</a></li>
        </ul>

        """, in: .console)

    static let `operator` = PageTemplate(
        """
        <h1>Operator</h1>
        <p>You are signed in as an operator of this relay: {{email}}.</p>
        <p>Accounts, orders, deposits, reviews and the books are looked after with the <code>nexrelay</code> command, beside the relay, or by \
        the admin API. Here you can change how you sign in.</p>
        <ul>
        <li><a href="/console/security">Password, codes and sessions</a></li>
        </ul>

        """, in: .console)
}
