import CoreMetrics
import Dispatch
import RelayMetrics
import Synchronization
import Testing

@Suite struct RegistryTests {
    private static let droppedName = PrometheusRegistry.droppedSeriesLabel

    private static func dropped(_ registry: PrometheusRegistry) -> [String] { samples(of: droppedName, in: registry) }

    @Test("The same label and dimensions give the same object, in whatever order they come; others give another")
    func identity() {
        let registry = PrometheusRegistry()
        let counter = registry.makeCounter(label: "c", dimensions: [("a", "1"), ("b", "2")])
        #expect(registry.makeCounter(label: "c", dimensions: [("b", "2"), ("a", "1")]) === counter)
        #expect(registry.makeCounter(label: "c_total", dimensions: [("a", "1"), ("b", "2"), ("none", "")]) === counter)
        #expect(registry.makeCounter(label: "c", dimensions: [("a", "2"), ("b", "1")]) !== counter)
        #expect(registry.makeCounter(label: "c", dimensions: [("a", "1\",b=\"2")]) !== counter)
        #expect(registry.makeCounter(label: "d", dimensions: [("a", "1"), ("b", "2")]) !== counter)
        let timer = registry.makeTimer(label: "t", dimensions: [])
        #expect(registry.makeTimer(label: "t", dimensions: []) === timer)
        let recorder = registry.makeRecorder(label: "r", dimensions: [], aggregate: true)
        #expect(registry.makeRecorder(label: "r", dimensions: [], aggregate: true) === recorder)
        let meter = registry.makeMeter(label: "g", dimensions: [])
        #expect(registry.makeMeter(label: "g", dimensions: []) === meter)
        #expect(registry.makeRecorder(label: "g", dimensions: [], aggregate: false) === meter)
        #expect(Self.dropped(registry) == ["\(Self.droppedName) 0"])
    }

    /// Takes so many steps in each of eight rounds, on all cores. Not in tasks: the other tests would leave them one thread, on which they
    /// come one after the other.
    private static func onAllCores(_ steps: Int, _ step: @Sendable (_ round: Int, _ step: Int) -> Void) {
        DispatchQueue.concurrentPerform(iterations: 8) { round in
            for index in 0..<steps { step(round, index) }
        }
    }

    @Test("Many threads lose nothing of a counter, a gauge or a histogram")
    func nothingIsLost() {
        let registry = PrometheusRegistry()
        // One kind at a time, and nothing else in the loop: else the threads would hardly ever meet.
        let timer = registry.makeTimer(label: "t", dimensions: [])
        Self.onAllCores(200_000) { round, _ in timer.recordNanoseconds(round == 0 ? 2_000_000 : 1) }
        #expect(samples(of: "t_seconds_bucket{le=\"0.0005\"}", in: registry) == ["t_seconds_bucket{le=\"0.0005\"} 1400000"])
        #expect(samples(of: "t_seconds_count", in: registry) == ["t_seconds_count 1600000"])
        #expect(samples(of: "t_seconds_sum", in: registry) == ["t_seconds_sum 400.0014"])
        let meter = registry.makeMeter(label: "g", dimensions: [])
        Self.onAllCores(200_000) { _, index in index % 4 == 0 ? meter.decrement(by: 1) : meter.increment(by: 1) }
        #expect(samples(of: "g ", in: registry) == ["g 800000"])
        let counter = registry.makeCounter(label: "c", dimensions: [])
        Self.onAllCores(200_000) { _, _ in counter.increment(by: 3) }
        #expect(samples(of: "c_total", in: registry) == ["c_total 4800000"])
    }

    @Test("Many threads make the same series and others, and render meanwhile")
    func makingWhileRendering() {
        let registry = PrometheusRegistry()
        Self.onAllCores(40) { round, index in
            Counter(label: "same", factory: registry).increment()
            Counter(label: "new", dimensions: [("round", "\(round)"), ("step", "\(index)")], factory: registry).increment()
            if index % 8 == 0 { _ = registry.text() }
        }
        #expect(samples(of: "same_total", in: registry) == ["same_total 320"])
        let new = samples(of: "new_total", in: registry)
        #expect(new.count == 320 && new.allSatisfy { $0.hasSuffix("} 1") })
    }

    @Test("A counter stays at the largest integer, never falls but for a reset, and adds up fractions")
    func counters() {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "c", factory: registry)
        counter.increment(by: Int64.max - 1)
        counter.increment(by: -5)
        #expect(samples(of: "c_total", in: registry) == ["c_total 9223372036854775806"])
        counter.increment(by: 2)
        counter.increment()
        #expect(samples(of: "c_total", in: registry) == ["c_total 9223372036854775807"])
        counter.reset()
        #expect(samples(of: "c_total", in: registry) == ["c_total 0"])
        let fractions = FloatingPointCounter(label: "f", factory: registry)
        for _ in 0..<10 { fractions.increment(by: 0.75) }
        #expect(samples(of: "f_total", in: registry) == ["f_total 7"])
    }

    @Test("A gauge goes both ways, and steps that are not finite leave it alone")
    func gauges() {
        let registry = PrometheusRegistry()
        let handler = registry.makeMeter(label: "g", dimensions: [])
        handler.set(Int64(-4))
        handler.increment(by: 1.5)
        handler.decrement(by: 0.25)
        for step in [Double.nan, .infinity] {
            handler.increment(by: step)
            handler.decrement(by: step)
        }
        #expect(samples(of: "g", in: registry) == ["g -2.75"])
        Gauge(label: "g", factory: registry).record(8)
        #expect(samples(of: "g", in: registry) == ["g 8"])
    }

    @Test("Beyond the limit, new series are counted and not kept, known ones still work, and a destroyed one makes room")
    func limit() {
        let registry = PrometheusRegistry(seriesLimit: 3)
        let counters = (0..<3).map { Counter(label: "c", dimensions: [("i", "\($0)")], factory: registry) }
        #expect(Self.dropped(registry) == ["\(Self.droppedName) 0"])
        Counter(label: "c", dimensions: [("i", "3")], factory: registry).increment()
        Meter(label: "m", factory: registry).increment()
        Gauge(label: "r", factory: registry).record(1)
        Recorder(label: "h", factory: registry).record(1)
        Timer(label: "t", factory: registry).recordSeconds(1)
        Counter(label: "c", dimensions: [("i", "1")], factory: registry).increment()
        let kept = ["c_total{i=\"0\"} 0", "c_total{i=\"1\"} 1", "c_total{i=\"2\"} 0"]
        #expect(samples(of: "", in: registry).filter { !$0.hasPrefix("#") } == kept + ["\(Self.droppedName) 5"])
        counters[0].destroy()
        Meter(label: "m", factory: registry).set(6)
        #expect(samples(of: "c_total", in: registry) == Array(kept.dropFirst()))
        #expect(samples(of: "m", in: registry) == ["m 6"])
        #expect(Self.dropped(registry) == ["\(Self.droppedName) 5"])
    }

    @Test("There is a limit of 10,000 series where none is given")
    func defaultLimit() {
        let registry = PrometheusRegistry()
        for index in 0..<10_007 { _ = registry.makeCounter(label: "c", dimensions: [("i", "\(index)")]) }
        #expect(samples(of: "c_total", in: registry).count == 10_000)
        #expect(Self.dropped(registry) == ["\(Self.droppedName) 7"])
    }

    @Test("A name keeps the kind that took it first, and is rendered as one family")
    func kinds() {
        let registry = PrometheusRegistry()
        Counter(label: "x", factory: registry).increment(by: 4)
        Meter(label: "x_total", dimensions: [("a", "1")], factory: registry).set(9)
        Recorder(label: "x_total", factory: registry).record(9)
        #expect(samples(of: "# TYPE x", in: registry) == ["# TYPE x_total counter"])
        #expect(samples(of: "x", in: registry) == ["x_total 4"])
        // Without the ending, the name is another.
        Meter(label: "x", factory: registry).set(9)
        #expect(samples(of: "# TYPE x", in: registry) == ["# TYPE x gauge", "# TYPE x_total counter"])
        // Both histograms, but not of the same buckets.
        Timer(label: "d", factory: registry).recordSeconds(1)
        Recorder(label: "d_seconds", factory: registry).record(1)
        #expect(samples(of: "d_seconds_count", in: registry) == ["d_seconds_count 1"])
        #expect(Self.dropped(registry) == ["\(Self.droppedName) 3"])
    }

    @Test("No family takes a name that is one of a histogram's lines, in either order, until the histogram is gone")
    func linesOfHistograms() {
        let registry = PrometheusRegistry()
        let recorder = Recorder(label: "h", factory: registry)
        recorder.record(1)
        for label in ["h_count", "h_sum", "h_bucket"] { Meter(label: label, factory: registry).set(7) }
        Meter(label: "k_sum", factory: registry).set(7)
        Recorder(label: "k", factory: registry).record(1)
        #expect(samples(of: "# TYPE h", in: registry) == ["# TYPE h histogram"])
        #expect(samples(of: "# TYPE k", in: registry) == ["# TYPE k_sum gauge"])
        #expect(samples(of: "h_count", in: registry) == ["h_count 1"])
        #expect(Self.dropped(registry) == ["\(Self.droppedName) 4"])
        recorder.destroy()
        Meter(label: "h_count", factory: registry).set(7)
        #expect(samples(of: "h", in: registry) == ["h_count 7"])
    }

    @Test("A destroyed series is gone, comes back at zero, and is not taken away by a handler of before")
    func destruction() {
        let registry = PrometheusRegistry()
        let old = Counter(label: "c", factory: registry)
        let timer = Timer(label: "t", factory: registry)
        let meter = Meter(label: "g", factory: registry)
        old.increment(by: 5)
        for destroy in [old.destroy, timer.destroy, meter.destroy] { destroy() }
        #expect(Self.dropped(registry) == ["\(Self.droppedName) 0"])
        // Its help, its type and its value are all there is.
        #expect(samples(of: "", in: registry).count == 3)
        let new = Counter(label: "c", factory: registry)
        new.increment()
        old.increment()
        old.destroy()
        #expect(samples(of: "c_total", in: registry) == ["c_total 1"])
        Counter(label: Self.droppedName, factory: registry).destroy()
        #expect(Self.dropped(registry) == ["\(Self.droppedName) 0"])
    }

    @Test("What is read when rendering is in that very text, and may make series")
    func readings() {
        let registry = PrometheusRegistry()
        let depth = Mutex(1)
        let calls = Atomic<Int>(0)
        registry.onRender { Meter(label: "depth", factory: registry).set(depth.withLock { $0 }) }
        registry.onRender { calls.add(1, ordering: .relaxed) }
        #expect(samples(of: "depth", in: registry) == ["depth 1"])
        depth.withLock { $0 = 2 }
        #expect(samples(of: "depth", in: registry) == ["depth 2"])
        #expect(calls.load(ordering: .relaxed) == 2)
    }
}
