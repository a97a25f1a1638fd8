/// What a page says of how far off a proxy is, in plain numbers.
public struct ProxyScores: Sendable {
    /// One metric on designs that the proxy never learned from.
    public struct Row: Sendable {
        /// Which designs: `fresh`, or those of a log.
        public let test: String
        /// The metric's name.
        public let metric: String
        /// Everything else by its heading, in the order of the table.
        public let numbers: [(heading: String, value: Double?)]

        /// One row of the table.
        public init(test: String, metric: String, numbers: [(heading: String, value: Double?)]) {
            (self.test, self.metric, self.numbers) = (test, metric, numbers)
        }
    }

    /// One design: what was foretold of a metric, and what is real.
    public struct Point: Sendable {
        /// The metric's name.
        public let metric: String
        /// What the proxy says, and what the model gave.
        public let foretold, real: Double

        /// One mark of the figure.
        public init(metric: String, foretold: Double, real: Double) {
            (self.metric, self.foretold, self.real) = (metric, foretold, real)
        }
    }

    /// The proxy's name.
    public var title: String
    /// What it is and learned from: names and values.
    public var facts: [(name: String, value: String)] = []
    /// How far off it is.
    public var rows: [Row] = []
    /// Foretold against real numbers.
    public var points: [Point] = []
    /// For each metric and number of designs learned from, the error in per cent.
    public var curve: [(metric: String, designs: Int, errorPercent: Double)] = []
    /// For each metric and parameter, by how many per cent the metric moves where the parameter is dealt out anew.
    public var importance: [(metric: String, parameter: String, percent: Double)] = []

    /// Begins with a title.
    public init(title: String) { self.title = title }
}

extension Report {
    /// The page of a proxy's scores.
    public init(_ scores: ProxyScores) {
        let facts = ReportTable(
            "What it is", [.word("what"), .word("value")],
            rows: scores.facts.map { [.word($0.name), .word($0.value)] })
        let headings = scores.rows.first?.numbers.map(\.heading) ?? []
        let accuracy = ReportTable(
            "How far off it is", note: "On designs that it never learned from. Errors are in per cent of the mean.",
            [.word("designs"), .word("metric")] + headings.map(ReportTable.Column.number),
            rows: scores.rows.map { row in
                [.word(row.test), .word(row.metric)] + row.numbers.map { .number($0.value) }
            })
        self.init(
            title: scores.title, sectionTitle: "A proxy, and the model that it stands for", tables: [facts, accuracy],
            figures: [
                ProxyFigures.scatter(of: scores), ProxyFigures.curve(of: scores), ProxyFigures.importance(of: scores),
            ].compactMap(\.self))
    }
}
