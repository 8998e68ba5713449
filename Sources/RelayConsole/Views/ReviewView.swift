import RelayDomain

/// An entry of the review queue.
struct ReviewView {
    let review: Review

    var json: JSONValue {
        [
            "id": .id(review.id),
            "account": .id(review.account),
            "reason": .string(review.reason.rawValue),
            "state": .string(review.state.rawValue),
            "evidence": [
                "summary": .string(review.summary),
                "count": .integer(review.count),
                "requests": .array(review.requests.map { .id($0) }),
                "last_at": .time(review.updatedAt),
            ],
            "note": .text(review.note),
            "created_at": .time(review.createdAt),
        ]
    }
}
