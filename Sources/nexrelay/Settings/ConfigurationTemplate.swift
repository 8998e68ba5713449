import RelayDomain
import RelayGateway

/// The `relay.yaml` that `nexrelay init` writes: every key, with its default in a comment where it is one.
enum ConfigurationTemplate {
    /// - Parameter dataDirectory: relative to the file, or absolute.
    static func text(dataDirectory: String) -> String {
        """
        # NexRelay's configuration. `nexrelay check` says what is wrong with it, by key and line.
        #
        # ${NAME} takes an environment variable, $${ is a literal ${. Every value can be overridden by an environment variable:
        # NEXRELAY_ and the path in upper case, as in NEXRELAY_PUBLIC_PORT or NEXRELAY_UPSTREAMS_0_PRIORITY.
        # Relative paths are relative to this file. Times are 500ms, 5s, 2m, 1h, 30d or plain seconds; sizes 64KiB, 32MiB or plain bytes.
        # What is commented out shows the default.

        # The database, admin.token, encryption.key and the lock.
        data: \(quoted(dataDirectory))

        # A file in `data`; or postgres://user:password@host/database, which several relays can share.
        # database: sqlite:relay.db

        # How this relay shares a PostgreSQL database with others: how long it may be silent before the others take it for gone and
        # expire what it holds, and how often it is heard of at least.
        # node: { name: "", grace: 30s, heartbeat: 5s }

        # Where customers connect.
        public:
          host: 127.0.0.1
          port: 8080
          # tls: { certificate: fullchain.pem, key: privkey.pem }
          # trusted_proxies: []        # networks whose X-Forwarded-For is believed: [10.0.0.0/8, 127.0.0.1]
          # cors_origins: ["*"]        # whose pages may call the API from a browser: [https://app.example.com]; [] for none

        # The admin API, which the command line talks to. Keep it on the loopback.
        admin:
          host: 127.0.0.1
          port: 8081

        # A request goes to an upstream that has its model and works: of the lowest priority, by weight.
        upstreams:
          - name: openai
            base_url: https://api.openai.com/v1
            api_key: ${OPENAI_API_KEY}
            # name here: name there; or a list where they are equal
            models: [gpt-5.2, gpt-5.3, gpt-5.4, gpt-5.5]
            # priority: 0              # lower first
            # weight: 1                # the share of the requests within one priority
            # timeouts: { connect: 5s, first_byte: 120s, idle: 120s, total: 1h }
            # max_connections: 512
            # stream_options: false            # where the upstream refuses them: usage that it does not report is estimated

        # What is sold. Either section replaces its built-in counterpart whole. Prices are US dollars per 1,000,000 tokens;
        # 1,000,000 credits are one US dollar.
        \(commented(models))
        \(commented(plans))

        # billing:
        #   unreported_usage: estimate # or waive: what an answer costs whose usage the upstream did not report
        #   on_disconnect: drain       # or cancel: what happens when a client leaves
        #   drain: { seconds: 120, streams: 1000, bytes: 16MiB }

        # What happens when an upstream fails.
        \(commented(routing))

        # When a customer's traffic counts as abnormal. Failures of the upstreams never do.
        \(commented(guarding))

        \(commented(limits))

        # Without this section every receipt stays in the database.
        # retention:
        #   receipts: 400d             # older ones, at least 62 days, move to files, a day each; the journal stays
        #   archive: nexrelay-archive  # the folder; without it `archive` in `data`

        # Where customers pay with USDT. Without it, or without networks, you confirm every payment by hand. Read docs/payments.md first.
        # payments:
        #   open_minutes: 30           # how long an order waits
        #   grace_days: 7              # how long a late payment is still credited
        #   open_orders: 3             # of one account at a time
        #   networks:                  # tron, ethereum, bsc, polygon
        #     tron:
        #       addresses: []          # yours, at least one; watched only, so that no private key belongs here
        #       endpoints: []          # nodes, JSON-RPC by HTTPS, better two: https://…; none: you confirm by hand
        #       # contract: TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t   # verify it before you take money
        #       # decimals: 6          # of the contract
        #       # chain_id: 728126428
        #       # confirmations: 19    # shown to customers, and counted where nodes do not tell what is final
        #       # finality: finalized  # or a number of blocks behind the newest one
        #       # start: latest        # or the first block that is looked at, for a network that was never scanned
        #       # minimum: 0.01        # tokens; less than that is ignored
        #       # poll: 5s

        # What programs are told by webhooks, and where they may be. Read docs/webhooks.md first.
        \(commented(webhooks))

        # Whether strangers may open accounts on the console's page; closed: `nexrelay account create`, and `account password`.
        # signup: closed               # or open

        # The vocabulary with which inputs are counted exactly. `make setup` makes it; without it they are held by bounds.
        # tokenizer: o200k.table       # looked for as share/nexrelay/o200k.table above the program

        # log: { level: info }         # trace, debug, info, notice, warning, error or critical

        """
    }

    /// The built-in models, as a section.
    static let models =
        "models:\n"
        + Catalogue.builtInModels.map { model in
            let prices =
                "{ input: \(model.prices.input.usd), output: \(model.prices.output.usd), cached_read: \(model.prices.cachedRead.usd) }"
            let highCost = model.isHighCost ? ", high_cost: true" : ""
            return "  \(model.name): { context: \(model.contextTokens)\(highCost), prices: \(prices) }"
        }.joined(separator: "\n")

    /// The built-in plans, as a section.
    static let plans = "plans:\n" + Catalogue.builtInPlans.map(plan).joined(separator: "\n")

    private static func plan(_ plan: Plan) -> String {
        let allowances = plan.allowances
        let rule = plan.highCostRule.map { rule in
            "\n    high_cost_rule: { context: \(rule.contextTokens), max_output_tokens: \(rule.maxOutputTokens), rpm: \(rule.requestsPerMinute) }"
        }
        return """
              \(plan.id):
                name: \(plan.name)
                price_usd: \(plan.price.usd)
                credits: \(plan.credits)
                allowances: { input: \(allowances.input), output: \(allowances.output), cached_read: \(allowances.cachedRead) }
                cap: \(plan.capTokens)
                context: \(plan.contextTokens)
                max_output_tokens: \(plan.maxOutputTokens)
                rpm: \(plan.requestsPerMinute)
                concurrency: \(plan.concurrency)
                high_cost_budget_credits: \(plan.highCostBudget)
                route: [\(plan.route.joined(separator: ", "))]\(rule ?? "")
            """
    }

    /// How upstreams are chosen, as a section.
    static let routing: String = {
        let routing = RoutingSettings()
        let circuit = routing.circuit
        return """
            routing:
              attempts: \(routing.attempts)                # upstream calls of one request
              retries: { percent: \(routing.budget.percent), reserve: \(routing.budget.reserve) } # further calls per hundred requests, and at once after a quiet time
              # moderation_model: omni-moderation-latest   # of moderation requests that name none
              circuit:
                mode: \(circuit.mode.rawValue)                 # or off: call every upstream, however it fares
                failures: \(circuit.failures)             # in a row: they open the circuit of an upstream and model
                percent: \(circuit.ratioPercent)              # of the window's calls, which open it too
                calls: \(circuit.calls)                # in the window, below which a part says nothing
                window: \(circuit.windowMilliseconds / 1_000)s
                open: \(circuit.openMilliseconds / 1_000)s                # before the first probe; doubled after each that fails
                open_limit: \(circuit.openLimitMilliseconds / 1_000)s
            """
    }()

    /// The thresholds of the guard, as a section.
    static let guarding: String = {
        let settings = GuardSettings()
        return """
            guard:
              mode: \(settings.mode.rawValue)                   # log: only say what would be done; off
              window: \(settings.windowMilliseconds / 60_000)m
              percent: \(settings.percent)                # of the window's requests, and at least so many:
              retries: \(settings.retries)              # requests that were sent before
              refusals: \(settings.refusals)            # by limits
              client_faults: \(settings.clientFaults)        # requests that cannot be served as they are
              disconnects: \(settings.disconnects)           # answers that the client did not wait for
              # repeats: 2000            # bodies that came before within a minute, also where they were answered
              throttle: \(settings.throttleMilliseconds / 60_000)m              # how long all requests of the account are refused
              strikes: \(settings.strikes)                 # throttles in a row, the last of which stays until the operator decides
              strike_window: \(settings.strikeMilliseconds / 3_600_000)h
            """
    }()

    /// What webhooks may and tell, as a section.
    static let webhooks: String = {
        let settings = WebhookSettings()
        return """
            webhooks:
              allow_http: \(settings.allowsHTTP)                 # messages may go unencrypted
              allow_private_addresses: \(settings.allowsPrivateAddresses)    # messages may go into your own network: to whatever customers name there
              low_balance_percent: \(settings.lowBalancePercent)           # of the plan's credits; 0 tells of none
              key_budget_percents: [\(settings.keyBudgetPercents.map(String.init).joined(separator: ", "))]    # of a key's monthly budget; [] tells of none
            """
    }()

    /// Every bound of the data plane, as a section.
    static let limits: String = {
        let limits = GatewayLimits()
        return """
            limits:
              body: \(limits.bodyBytes >> 20)MiB                # a request's body
              head: \(limits.headBytes >> 10)KiB                # a request's head
              target: \(limits.targetBytes >> 10)KiB               # a request's target
              answer: \(limits.answerBytes >> 20)MiB              # an answer that is not streamed
              prelude: \(limits.preludeBytes >> 10)KiB             # what a stream may send before its first content
              gathered: \(limits.gatheredBytes >> 30)GiB             # bodies that are held at once, all together
              connections: \(limits.connections)         # of clients
              address_connections: \(limits.addressConnections)  # of one address; a trusted proxy may have more
              account_queue: \(limits.accountQueue)         # requests of one account that wait for the ledger, an event loop
              upstream_queue: \(limits.upstreamQueue)       # requests that wait for a connection to one upstream
              scan_queue: \(limits.scanQueue)            # large bodies that wait to be scanned
              count_queue: \(limits.countQueue)           # requests whose input waits to be counted exactly
              request: \(Int(limits.requestSeconds))s               # a head that is not complete, a body that does not move
              body_time: \(Int(limits.bodySeconds / 60))m              # a whole body
              keep_alive: \(Int(limits.keepAliveSeconds))s            # a connection without a request
              exchange: \(Int(limits.exchangeSeconds / 60))m              # a whole request
              stall: \(Int(limits.stallSeconds))s                # a client that takes nothing of its answer
              settle: \(Int(limits.settleSeconds))s                # a client's wait for its charge while the database fails
              upstream_idle: \(Int(limits.upstreamIdleSeconds))s         # an upstream connection without a request
              upstream_age: \(Int(limits.upstreamAgeSeconds / 60))m           # an upstream connection, so that new addresses are followed
              shutdown: \(Int(limits.shutdownSeconds))s              # what is open when a stop is asked for
            """
    }()

    private static func commented(_ section: String) -> String {
        section.split(separator: "\n").map { "# \($0)" }.joined(separator: "\n")
    }

    /// A path as a YAML scalar that is read back as it is.
    private static func quoted(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { ASCIIByte.isLetterOrDigit($0) || Set("/._-".utf8).contains($0) }
        return isPlain && !path.isEmpty && !path.hasPrefix("-")
            ? path : "'" + path.replacing("'", with: "''").replacing("${", with: "$${") + "'"
    }
}
