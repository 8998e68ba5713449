/// A month's statement, filled by ``StatementPage``.
enum StatementTemplate {
    static let page = PageTemplate(account + balance + movements + usage)

    private static let account = """
        <h1>Statement for {{month}}</h1>
        {{#isOpen}}
        <p class="open">This month is not over. This is what it comes to so far, at <time datetime="{{readAtISO}}">{{readAt}}</time> UTC.</p>
        {{/isOpen}}
        <dl>
        <dt>Account</dt><dd>{{accountName}}</dd>
        <dt>E-mail</dt><dd>{{email}}</dd>
        <dt>Account id</dt><dd>{{accountID}}</dd>
        <dt>Period</dt><dd>{{first}} to {{last}}, UTC</dd>
        <dt>Currency</dt><dd>Credits: 1,000,000 credits = $1. Credits are exact; dollars are rounded to a hundredth of a cent.</dd>
        <dt>Made</dt><dd>{{readAt}} UTC</dd>
        </dl>

        """

    private static let balance = """
        <div class="wide" role="region" aria-label="Balance" tabindex="0">
        <table>
        <caption>Balance</caption>
        <thead><tr><th scope="col">What</th><th scope="col" class="number">Number</th><th scope="col" class="number">Credits</th>\
        <th scope="col" class="number">US dollars</th></tr></thead>
        <tbody>
        <tr class="balance"><th scope="row">Opening balance</th><td></td><td class="number">{{opening.credits}}</td>\
        <td class="number">{{opening.usd}}</td></tr>
        {{#sums}}
        <tr><th scope="row">{{what}}</th><td class="number">{{count}}</td><td class="number">{{credits}}</td>\
        <td class="number">{{usd}}</td></tr>
        {{/sums}}
        <tr class="balance"><th scope="row">{{closingName}}</th><td></td><td class="number">{{closing.credits}}</td>\
        <td class="number">{{closing.usd}}</td></tr>
        </tbody>
        </table>
        </div>

        """

    private static let movements = """
        {{#hasMovements}}
        <div class="wide" role="region" aria-label="Recharges and other entries" tabindex="0">
        <table>
        <caption>Recharges and other entries</caption>
        <thead><tr><th scope="col">Time, UTC</th><th scope="col">Entry</th><th scope="col" class="number">Credits</th>\
        <th scope="col" class="number">US dollars</th><th scope="col" class="number">Balance after</th></tr></thead>
        <tbody>
        {{#movements}}
        <tr><td class="time">{{at}}</td><th scope="row">{{what}}{{#facts}}<span class="facts">{{name}}: {{value}}</span>{{/facts}}</th>\
        <td class="number">{{credits}}</td><td class="number">{{usd}}</td><td class="number">{{balance}}</td></tr>
        {{/movements}}
        </tbody>
        </table>
        {{#unlisted}}<p class="soft">{{unlisted}} more are not listed here. The sums above have them, and so has the CSV file.</p>{{/unlisted}}
        </div>
        {{/hasMovements}}

        """

    private static let usage = """
        {{#isIdle}}
        <p class="soft">No request was charged in this month.</p>
        {{/isIdle}}
        {{#usage}}
        <div class="wide" role="region" aria-label="{{caption}}" tabindex="0">
        <table>
        <caption>{{caption}}</caption>
        <thead><tr><th scope="col">{{group}}</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Input</th>\
        <th scope="col" class="number">Output</th><th scope="col" class="number">Cached read</th>\
        <th scope="col" class="number">Credits</th><th scope="col" class="number">US dollars</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{name}}</th><td class="number">{{requests}}</td><td class="number">{{input}}</td>\
        <td class="number">{{output}}</td><td class="number">{{cachedRead}}</td><td class="number">{{credits}}</td>\
        <td class="number">{{usd}}</td></tr>
        {{/rows}}
        </tbody>
        <tfoot>
        {{#totals}}
        <tr><th scope="row">{{name}}</th><td class="number">{{requests}}</td><td class="number">{{input}}</td>\
        <td class="number">{{output}}</td><td class="number">{{cachedRead}}</td><td class="number">{{credits}}</td>\
        <td class="number">{{usd}}</td></tr>
        {{/totals}}
        </tfoot>
        </table>
        </div>
        {{/usage}}
        {{^isIdle}}
        <p class="soft">Tokens are as the meters counted them. Requests count on the day on which they were charged.</p>
        {{/isIdle}}

        """
}
