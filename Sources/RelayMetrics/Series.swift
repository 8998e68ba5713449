/// One line of the exposition, or a histogram's lines: the values of one name with one set of labels.
protocol Series: AnyObject, Sendable {
    var key: SeriesKey { get }

    func write(to exposition: inout ExpositionText)
}
