/// A request that the simulator refuses by itself, in the terms of OpenAI's error envelope.
struct RequestRefusal: Error, Equatable {
    var status = 400
    let message: String
    var param: String?
    var code: String?

    static func missing(_ param: String) -> RequestRefusal {
        RequestRefusal(message: "Missing required parameter: '\(param)'.", param: param, code: "missing_required_parameter")
    }

    static func belowMinimum(_ param: String, least: Int, got value: Int) -> RequestRefusal {
        RequestRefusal(
            message: "Invalid '\(param)': integer below minimum value. Expected a value >= \(least), but got \(value) instead.",
            param: param, code: "integer_below_min_value")
    }

    static func outOfRange(_ param: String, _ range: ClosedRange<Int>) -> RequestRefusal {
        RequestRefusal(message: "Invalid '\(param)': expected a value from \(range.lowerBound) to \(range.upperBound).", param: param)
    }
}
