/// The front page, filled by ``FrontPage``.
enum FrontTemplate {
    static let page = PageTemplate(hero + plans + prices + calculator + rules + payment, in: .site(script: CalculatorScript.script))

    private static let hero = """
        <div class="hero">
        <h1>Prepaid access to <span class="whole">OpenAI-compatible</span> models</h1>
        <p class="lead">Recharge one wallet, point any OpenAI client at this relay, and pay for the tokens that the upstream reports. \
        A request never costs more than was held for it, and a wallet never goes below zero.</p>
        <p class="actions"><a class="button" href="/docs#quick-start">Quick start</a><a class="button plain" href="#plans">Plans and prices</a></p>
        <p class="note">NexRelay is an independent third-party gateway. It is not an official OpenAI service.</p>
        </div>

        """

    private static let plans = """
        <section id="plans" aria-labelledby="plans-title">
        <h2 id="plans-title">Plans</h2>
        {{^hasPlans}}
        <p class="note">No plan is on sale at present. Ask the operator of this relay.</p>
        {{/hasPlans}}
        {{#hasPlans}}
        <p>A plan is bought by a recharge, which adds its credits to the wallet. All {{vocabulary}} of the catalogue are available on every \
        plan, with these controls.</p>
        <div class="plans">
        {{#plans}}
        <article class="plan{{#isMostPopular}} popular{{/isMostPopular}}">
        <h3>{{name}}{{#isMostPopular}} <span class="badge">Most popular</span>{{/isMostPopular}}</h3>
        <p class="price">{{price}}</p>
        <p class="for">{{#for}}For {{for}}{{/for}}</p>
        <dl>
        {{#rows}}
        <div{{#isTall}} class="tall"{{/isTall}}><dt>{{row}}</dt><dd>{{text}}{{#exactly}} <span class="exact">{{exactly}}</span>{{/exactly}}</dd></div>
        {{/rows}}
        </dl>
        </article>
        {{/plans}}
        </div>
        <p class="soft">K is 1,000 and M is 1,000,000 throughout. A month is a calendar month, UTC. Allowances and caps are limits, not free \
        tokens: every token is charged to the wallet. Credits do not expire at the end of a month.</p>
        {{/hasPlans}}
        </section>

        """

    private static let prices = """
        <section id="meters" aria-labelledby="meters-title">
        <h2 id="meters-title">Meters</h2>
        <p>1,000,000 credits = $1.{{#isStandard}} A request's credits = input + output + 0.1 × cached read.{{/isStandard}} One wallet serves \
        all models and keys of an account.</p>
        <div class="wide" role="region" aria-label="Meters and prices" tabindex="0">
        <table>
        <caption>{{#hasExceptions}}The usual prices{{/hasExceptions}}{{^hasExceptions}}The prices of every model{{/hasExceptions}}</caption>
        <thead><tr><th scope="col">Meter</th><th scope="col" class="number">Price per 1,000,000</th><th scope="col">Note</th></tr></thead>
        <tbody>
        {{#meters}}
        <tr><th scope="row">{{meter}}</th><td class="number">{{price}}</td><td>{{note}}</td></tr>
        {{/meters}}
        </tbody>
        </table>
        </div>
        {{^hasModels}}
        <p class="note">This relay has no models at present.</p>
        {{/hasModels}}
        {{#hasModels}}
        <div class="wide" role="region" aria-label="Models" tabindex="0">
        <table>
        <caption>Models, and their prices per 1,000,000 tokens</caption>
        <thead><tr><th scope="col">Model</th><th scope="col" class="number">Input</th><th scope="col" class="number">Output</th>\
        <th scope="col" class="number">Cached read</th><th scope="col" class="number">Context, tokens</th></tr></thead>
        <tbody>
        {{#models}}
        <tr><th scope="row">{{name}}{{#isHighCost}} <span class="soft">high-cost</span>{{/isHighCost}}</th><td class="number">{{input}}</td>\
        <td class="number">{{output}}</td><td class="number">{{cachedRead}}</td><td class="number">{{context}}</td></tr>
        {{/models}}
        </tbody>
        </table>
        </div>
        <p class="soft">A plan's own limits hold beside a model's context.</p>
        {{/hasModels}}
        </section>

        """

    private static let calculator = """
        <section id="calculator" aria-labelledby="calculator-title">
        <h2 id="calculator-title">Deduction calculator</h2>
        <p>What a request takes off the wallet.</p>
        {{#calculator}}
        <form id="calculator-form" class="calculator" method="get" action="/#calculator" data-prices="{{prices}}">
        <div>
        {{#hasModels}}
        <div class="field">
        <label for="calculator-model">Prices of</label>
        <select id="calculator-model" name="model"{{#isModelUnknown}} aria-invalid="true"{{/isModelUnknown}}>
        {{#models}}
        <option value="{{value}}" data-prices="{{data}}"{{#isChosen}} selected{{/isChosen}}>{{label}}</option>
        {{/models}}
        </select>
        </div>
        {{/hasModels}}
        {{#isModelUnknown}}
        <p class="fault" role="alert">No model of this name has prices of its own here.</p>
        {{/isModelUnknown}}
        {{#fields}}
        <div class="field">
        <label for="{{id}}">{{label}} <span class="soft">({{hint}})</span></label>
        <input id="{{id}}" name="{{name}}" value="{{value}}" inputmode="numeric" autocomplete="off" maxlength="64" aria-describedby="{{id}}-fault"\
        {{#isFaultyField}} aria-invalid="true"{{/isFaultyField}}>
        <p class="fault" id="{{id}}-fault"{{^isFaultyField}} hidden{{/isFaultyField}}>This is a whole number from 0 to {{limit}}.</p>
        </div>
        {{/fields}}
        <button class="button" type="submit">Calculate</button>
        </div>
        <div class="answer">
        <output for="calculator-input calculator-output calculator-cached-read">
        <span class="soft">Credits</span> <span class="figure" id="calculator-credits">{{credits}}</span>
        <span class="soft">US dollars</span> <span class="figure" id="calculator-dollars">{{dollars}}</span>
        </output>
        <p class="fault" id="calculator-fault" role="alert"{{^isFaulty}} hidden{{/isFaulty}}>There is no answer before what is marked is put right.</p>
        <p class="soft">Usage in OpenAI's shape reports cached tokens inside the prompt tokens: 150,000 prompt tokens of which 50,000 are cached \
        are 100,000 input and 50,000 cached read. The three meters are added exactly and rounded once, up, to a thousandth of a credit.</p>
        </div>
        </form>
        {{/calculator}}
        </section>

        """

    private static let rules = """
        <section id="billing" aria-labelledby="billing-title">
        <h2 id="billing-title">Billing rules</h2>
        <ol class="rules">
        {{#rules}}
        <li>{{rule}}</li>
        {{/rules}}
        </ol>
        </section>

        """

    private static let payment = """
        <section id="payment" aria-labelledby="payment-title">
        <h2 id="payment-title">Payment</h2>
        {{#hasNetworks}}
        <p>PayPal is not available. USDT is, on {{networks}}.</p>
        <p>A recharge order names a network, an address and an exact amount. The payment is confirmed on chain or by the operator by hand, \
        and credited exactly once.</p>
        {{/hasNetworks}}
        {{^hasNetworks}}
        <p>PayPal is not available. USDT is: this relay offers no network for it by itself, and its operator confirms each payment by hand. \
        It is credited exactly once.</p>
        {{/hasNetworks}}
        </section>

        """
}
