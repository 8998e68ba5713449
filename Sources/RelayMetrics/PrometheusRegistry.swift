public import CoreMetrics
import Synchronization

/// A back end of swift-metrics that keeps all series in memory and renders them for Prometheus, in text format 0.0.4.
///
/// What takes a name first decides what the name is: whoever asks for the same name as another kind gets a handler that keeps nothing, as
/// does whoever asks for a new series beyond the limit. Both are counted in ``droppedSeriesLabel``.
public final class PrometheusRegistry: MetricsFactory, Sendable {
    /// How many series are kept at most: whoever puts a client's own words into a dimension must not fill the memory with it.
    public static let seriesLimit = 10_000
    /// The value of `Content-Type` for ``text()``.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"
    /// How often somebody asked for a series and got none. It stands outside the limit and cannot be destroyed.
    public static let droppedSeriesLabel = "nexrelay_metrics_dropped_series_total"

    private let table: Mutex<SeriesTable>
    private let readings = Mutex<[@Sendable () -> Void]>([])
    private let help: [String: String]
    private let dropped: CounterSeries
    private let discarded = DiscardedSeries()

    /// - Parameters:
    ///   - help: what stands in a family's `# HELP` line, by the family's name as it is rendered (`requests_total`).
    ///   - seriesLimit: how many series are kept at most.
    public init(help: [String: String] = [:], seriesLimit: Int = PrometheusRegistry.seriesLimit) {
        let dropped = CounterSeries(SeriesKey(.counter, label: Self.droppedSeriesLabel, dimensions: []))
        self.dropped = dropped
        self.help = [dropped.key.family: "Series asked for and not kept: too many, or a name of another kind."]
            .merging(help) { $1 }
        table = Mutex(SeriesTable(limit: seriesLimit, own: dropped))
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(.counter, label, dimensions) { CounterSeries($0) } ?? discarded
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(.gauge, label, dimensions) { GaugeSeries($0) } ?? discarded
    }

    /// - Parameter aggregate: true: a histogram; false: a gauge, the same that ``makeMeter(label:dimensions:)`` would give.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return series(.gauge, label, dimensions) { GaugeSeries($0) } ?? discarded }
        return series(.histogram, label, dimensions) { HistogramSeries($0, scale: .values) } ?? discarded
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(.timer, label, dimensions) { HistogramSeries($0, scale: .durations) } ?? discarded
    }

    // A series that is destroyed is rendered no more, whoever else still holds it; the next who asks for it starts at zero.
    public func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

    /// Has a closure called at the start of every ``text()``, on its thread, so that it can set gauges to what is true now.
    ///
    /// No lock is held meanwhile: it may make series. It must not call ``text()``, and may run twice at a time.
    public func onRender(_ read: @escaping @Sendable () -> Void) {
        readings.withLock { $0.append(read) }
    }

    /// All series, sorted by family and labels.
    ///
    /// It is made outside the lock, from the series themselves: what is counted meanwhile may or may not be in it.
    public func text() -> String {
        for read in readings.withLock({ $0 }) { read() }
        var exposition = ExpositionText()
        for (name, family) in table.withLock({ $0.families }).sorted(by: { $0.key < $1.key }) {
            exposition.beginFamily(name, type: family.kind.typeName, help: help[name])
            for (_, series) in family.series.sorted(by: { $0.key < $1.key }) { series.write(to: &exposition) }
        }
        return exposition.text
    }

    /// - Returns: nil where there is no such series and none can be made.
    private func series<Kept: Series>(
        _ kind: FamilyKind, _ label: String, _ dimensions: [(String, String)], make: (SeriesKey) -> Kept
    ) -> Kept? {
        let key = SeriesKey(kind, label: label, dimensions: dimensions)
        let kept = table.withLock { $0.series(at: key, kind, make: make) }
        if kept == nil { dropped.increment(by: 1) }
        return kept
    }

    private func destroy(_ handler: AnyObject) {
        guard handler !== dropped, let series = handler as? any Series else { return }
        table.withLock { $0.remove(series) }
    }
}
