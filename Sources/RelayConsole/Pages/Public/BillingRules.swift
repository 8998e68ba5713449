/// What a customer is promised about money, in plain words.
enum BillingRules {
    static let all = [
        "Every API request has one request id and is billed at most once, whatever is retried, replayed or crashes.",
        "The balance is checked before the upstream is called. If it is not enough, the answer is 402, and nothing is sent upstream.",
        "A successful request is billed from the usage that the upstream reports: input, output and cached read, each on its meter.",
        """
        An upstream failure before a usable response is not billed. A stream that broke off part-way is billed by the usage that was \
        reported for it. Where none was reported, it is billed by what was delivered, marked as an estimate, or not at all, as the \
        operator sets.
        """,
        """
        Retries and abnormal traffic are logged. Repeated failures or a high retry rate may be rate-limited, or put before the operator \
        for review.
        """,
        "No surprise billing: a request never costs more than was held for it, and a wallet never goes below zero.",
    ]
}
