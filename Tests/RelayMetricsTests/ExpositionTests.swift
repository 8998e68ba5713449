import CoreMetrics
import RelayMetrics
import Testing

@Suite struct ExpositionTests {
    @Test("A small registry is rendered to the byte: sorted, each type told once, help where there is some")
    func wholeText() {
        let registry = PrometheusRegistry(help: ["requests_total": "Requests.\nOf all \\ kinds, \"quoted\".", "absent": "Never seen."])
        Meter(label: "queue.depth", factory: registry).set(2.5)
        Counter(label: "requests", dimensions: [("status", "200"), ("method", "GET")], factory: registry).increment(by: 7)
        Counter(label: "requests", dimensions: [("method", "DELETE"), ("status", "404")], factory: registry).increment()
        Recorder(label: "batch", factory: registry).record(3)
        #expect(
            registry.text() == #"""
                # TYPE batch histogram
                batch_bucket{le="1"} 0
                batch_bucket{le="2"} 0
                batch_bucket{le="4"} 1
                batch_bucket{le="8"} 1
                batch_bucket{le="16"} 1
                batch_bucket{le="32"} 1
                batch_bucket{le="64"} 1
                batch_bucket{le="128"} 1
                batch_bucket{le="256"} 1
                batch_bucket{le="512"} 1
                batch_bucket{le="1024"} 1
                batch_bucket{le="+Inf"} 1
                batch_sum 3
                batch_count 1
                # HELP nexrelay_metrics_dropped_series_total Series asked for and not kept: too many, or a name of another kind.
                # TYPE nexrelay_metrics_dropped_series_total counter
                nexrelay_metrics_dropped_series_total 0
                # TYPE queue_depth gauge
                queue_depth 2.5
                # HELP requests_total Requests.\nOf all \\ kinds, "quoted".
                # TYPE requests_total counter
                requests_total{method="DELETE",status="404"} 1
                requests_total{method="GET",status="200"} 7

                """#)
    }

    @Test("The text is the same in whatever order the series were made")
    func stableOrder() {
        func text(_ order: some Sequence<Int>) -> String {
            let registry = PrometheusRegistry()
            for index in order { Counter(label: "c\(index % 7)", dimensions: [("i", "\(index)")], factory: registry).increment(by: index) }
            return registry.text()
        }
        let forwards = text(0..<40)
        #expect(forwards.split(separator: "\n").count == 40 + 7 + 3)
        #expect(text((0..<40).reversed()) == forwards)
    }

    @Test("Backslashes, quotes and line feeds in a label's value are escaped, behind a carriage return too; the rest is left alone")
    func labelValues() {
        let registry = PrometheusRegistry()
        Meter(label: "g", dimensions: [("v", "a\\b\"c\nd\r\ne{}=,é")], factory: registry).set(1)
        #expect(samples(of: "g", in: registry) == ["g{v=\"a\\\\b\\\"c\\nd\r\\ne{}=,é\"} 1"])
    }

    @Test(
        "What a name may not hold becomes an underscore",
        arguments: [
            ("http.server-time", "http_server_time"), ("a:b_C9", "a:b_C9"), ("9lives", "_9lives"), ("", "_"), ("größe", "gr__e"),
            ("a b\nc 1", "a_b_c_1"), ("e\u{301}", "e_"),
        ])
    func names(label: String, name: String) {
        let registry = PrometheusRegistry()
        Gauge(label: label, factory: registry).record(1)
        #expect(samples(of: "# TYPE \(name) ", in: registry) == ["# TYPE \(name) gauge"])
        #expect(samples(of: "\(name) ", in: registry) == ["\(name) 1"])
    }

    @Test("A label's name has no colon and no meaning of Prometheus' own; names that become one share their values")
    func labelNames() {
        let registry = PrometheusRegistry()
        let dimensions = [("b:c", "1"), ("le", "2"), ("__name__", "3"), ("x.y", "5"), ("x-y", "4"), ("7", "6"), ("empty", "")]
        Meter(label: "g", dimensions: dimensions, factory: registry).set(1)
        #expect(
            samples(of: "g", in: registry) == [#"g{_7="6",b_c="1",exported___name__="3",exported_le="2",x_y="4;5"} 1"#])
    }

    @Test("Units and `_total` are appended once")
    func endings() {
        let registry = PrometheusRegistry()
        for label in ["a", "a_total", "total"] { Counter(label: label, factory: registry).increment() }
        for label in ["t", "t_seconds", "t.seconds"] { Timer(label: label, factory: registry).recordNanoseconds(1) }
        #expect(samples(of: "a", in: registry) == ["a_total 2"])
        #expect(samples(of: "total", in: registry) == ["total_total 1"])
        #expect(samples(of: "t_seconds_count", in: registry) == ["t_seconds_count 3"])
        #expect(registry.text().split(separator: "\n").filter { $0.hasPrefix("# TYPE") }.count == 4)
    }

    @Test(
        "Doubles are spelled as Prometheus spells them",
        arguments: [
            (Double.nan, "NaN"), (-.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (0, "0"), (-3, "-3"), (0.1, "0.1"),
            (1e300, "1e+300"), (1e-7, "1e-07"),
        ])
    func spelling(value: Double, text: String) {
        let registry = PrometheusRegistry()
        Meter(label: "g", factory: registry).set(value)
        #expect(samples(of: "g", in: registry) == ["g \(text)"])
    }

    @Test("Every double is read back as it was")
    func roundTrip() throws {
        let registry = PrometheusRegistry()
        let meter = Meter(label: "g", factory: registry)
        var random = SystemRandomNumberGenerator()
        let some = (0..<500).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
        for value in some + [0.1 + 0.2, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 9_007_199_254_740_992, 1e15, 1e16, 1e17] {
            meter.set(value)
            let line = try #require(samples(of: "g", in: registry).first)
            #expect(Double(line.dropFirst(2)) == value)
        }
    }
}

/// The lines that begin with a name, in their order.
func samples(of name: String, in registry: PrometheusRegistry) -> [String] {
    registry.text().split(separator: "\n").filter { $0.hasPrefix(name) }.map(String.init)
}
