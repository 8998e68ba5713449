import CoreMetrics
import RelayMetrics
import Testing

@Suite struct HistogramTests {
    /// What the buckets' lines say, in their order.
    private static func buckets(_ name: String, _ registry: PrometheusRegistry) throws -> [(bound: String, count: Int)] {
        try samples(of: "\(name)_bucket", in: registry).map { line in
            let parts = line.split(separator: "\"")
            return (String(parts[1]), try #require(Int(parts[2].dropFirst(2))))
        }
    }

    @Test("Timers take nanoseconds and are rendered in seconds")
    func seconds() {
        let registry = PrometheusRegistry()
        let timer = Timer(label: "http.time", dimensions: [("route", "/v1")], factory: registry)
        timer.recordNanoseconds(500_000)
        timer.recordNanoseconds(500_001)
        timer.recordMilliseconds(40)
        timer.recordSeconds(2)
        timer.recordSeconds(121)
        #expect(
            registry.text().hasPrefix(
                #"""
                # TYPE http_time_seconds histogram
                http_time_seconds_bucket{route="/v1",le="0.0005"} 1
                http_time_seconds_bucket{route="/v1",le="0.001"} 2
                http_time_seconds_bucket{route="/v1",le="0.0025"} 2
                http_time_seconds_bucket{route="/v1",le="0.005"} 2
                http_time_seconds_bucket{route="/v1",le="0.01"} 2
                http_time_seconds_bucket{route="/v1",le="0.025"} 2
                http_time_seconds_bucket{route="/v1",le="0.05"} 3
                http_time_seconds_bucket{route="/v1",le="0.1"} 3
                http_time_seconds_bucket{route="/v1",le="0.25"} 3
                http_time_seconds_bucket{route="/v1",le="0.5"} 3
                http_time_seconds_bucket{route="/v1",le="1"} 3
                http_time_seconds_bucket{route="/v1",le="2.5"} 4
                http_time_seconds_bucket{route="/v1",le="5"} 4
                http_time_seconds_bucket{route="/v1",le="10"} 4
                http_time_seconds_bucket{route="/v1",le="30"} 4
                http_time_seconds_bucket{route="/v1",le="60"} 4
                http_time_seconds_bucket{route="/v1",le="120"} 4
                http_time_seconds_bucket{route="/v1",le="+Inf"} 5
                http_time_seconds_sum{route="/v1"} 123.041000001
                http_time_seconds_count{route="/v1"} 5

                """#))
    }

    @Test("A bucket holds all that is not above its bound, and the last holds all")
    func cumulative() throws {
        let registry = PrometheusRegistry()
        let recorder = Recorder(label: "size", factory: registry)
        let values = (0..<2_000).map { Double($0) * 0.75 - 10 }
        for value in values { recorder.record(value) }
        let buckets = try Self.buckets("size", registry)
        #expect(buckets.map(\.bound) == (0...10).map { "\(1 << $0)" } + ["+Inf"])
        for (bound, count) in buckets.dropLast() {
            let limit = try #require(Double(bound))
            #expect(count == values.filter { $0 <= limit }.count)
        }
        #expect(buckets.last?.count == 2_000)
        #expect(samples(of: "size_count", in: registry) == ["size_count 2000"])
        #expect(samples(of: "size_sum", in: registry) == ["size_sum 1479250"])
    }

    @Test("A clock that was set back counts as no time, and what is not finite counts as nothing")
    func unusable() {
        let registry = PrometheusRegistry()
        let timer = Timer(label: "t", factory: registry)
        timer.recordNanoseconds(-5)
        #expect(samples(of: "t_seconds_sum", in: registry) == ["t_seconds_sum 0"])
        timer.recordNanoseconds(Int64.max)
        #expect(samples(of: "t_seconds_bucket{le=\"0.0005\"", in: registry) == ["t_seconds_bucket{le=\"0.0005\"} 1"])
        #expect(samples(of: "t_seconds_count", in: registry) == ["t_seconds_count 2"])
        let recorder = Recorder(label: "r", factory: registry)
        for value in [Double.nan, .infinity, -.infinity, 2] { recorder.record(value) }
        #expect(samples(of: "r_sum", in: registry) == ["r_sum 2"])
        #expect(samples(of: "r_count", in: registry) == ["r_count 1"])
    }
}
