/// The last requests, as many as fit the limits.
struct RequestRecorder: Sendable {
    private(set) var requests: [RecordedRequest] = []
    private var bytes = 0

    mutating func record(_ request: RecordedRequest) {
        requests.append(request)
        bytes += request.byteCount
        while requests.count > SimulatorLimits.recordedRequests || (bytes > SimulatorLimits.recordedBytes && requests.count > 1) {
            bytes -= requests.removeFirst().byteCount
        }
    }

    mutating func reset() {
        requests = []
        bytes = 0
    }
}
