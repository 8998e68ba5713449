import Hummingbird

/// `GET /admin/v1/upstreams`; `GET /metrics`, without a token.
struct OperationRoutes {
    let operation: Operation

    var all: [Route] {
        [
            Route(.get, "/admin/v1/upstreams") { [operation] call in
                _ = try call.query()
                return .json(ListView(all: operation.health().map { UpstreamHealthView(health: $0).json }).json)
            },
            Route(.get, "/metrics") { [operation] _ in
                var response = Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: operation.metrics())))
                response.headers[.contentType] = "text/plain; version=0.0.4; charset=utf-8"
                return response
            },
        ]
    }
}
