public import Gym

/// Turns the rows of a table into samples.
public struct TableImport {
    /// One row as a sample, and the trial it belongs to: the words of the columns that tell trials apart.
    public typealias Row = (trial: String, action: Action, evaluation: Evaluation, seconds: Double)

    /// What a first look at every row found.
    public struct Survey: Sendable {
        /// How many rows there are.
        public var rows = 0
        /// The metrics of the first row that has all; nil where none has.
        public var reference: [Double?]?
        /// The trials in order of appearance.
        public var trials: [String] = []
    }

    /// The most trials of one import.
    public static let trialLimit = 10_000
    /// The most characters of the words that tell trials apart.
    static let trialLength = 100

    private let mapping: TableMapping

    /// Prepares an import.
    public init(_ mapping: TableMapping) { self.mapping = mapping }

    /// Looks at every row, so that nothing is written of a table that holds a row that is no sample.
    ///
    /// - Throws: as `forEach`; also for a table without rows or with too many trials.
    public func survey() throws -> Survey {
        var survey = Survey()
        var seen: Set<String> = []
        try forEach { row in
            survey.rows += 1
            if survey.reference == nil, row.evaluation.status == .ok, !row.evaluation.metrics.contains(nil) {
                survey.reference = row.evaluation.metrics
            }
            guard seen.insert(row.trial).inserted else { return }
            guard seen.count <= TableImport.trialLimit else {
                throw GymError(
                    .badInput, "there are more than \(Figures.count(TableImport.trialLimit)) trials",
                    hint: "name fewer columns under 'trial'")
            }
            survey.trials.append(row.trial)
        }
        guard survey.rows > 0 else { throw GymError(.badInput, "'\(mapping.source.files[0])' has no rows") }
        return survey
    }

    /// What the rows are evaluations of. An environment that only the table knows has no reference design; there the
    /// first whole row stands for it.
    public func spec(_ survey: Survey) -> EnvironmentSpec {
        let spec = mapping.spec
        guard mapping.options == nil, let reference = survey.reference else { return spec }
        return EnvironmentSpec(
            id: spec.id, actionSpace: spec.actionSpace, metrics: spec.metrics, reference: reference)
    }

    /// Hands on every row in order.
    ///
    /// - Throws: `GymError` (`bad-input`) at the first row that is no sample: a value that its parameter can't take, a
    ///   metric that is no number, a unit that can't be turned into the metric's; and whatever `body` throws.
    public func forEach(_ body: (Row) throws -> Void) throws {
        try mapping.source.forEach(mapping.columns) { row in
            let status = self.status(row)
            let metrics = try status == .ok ? self.metrics(row) : mapping.quantities.map { _ in nil }
            let isSilent = status == .ok && metrics.allSatisfy { $0 == nil }
            let evaluation = Evaluation(
                metrics: metrics, status: isSilent ? .failed("the row holds no metric") : status)
            let trial = mapping.trialColumns.map { row.words[$0] }.joined(separator: "-")
            guard trial.count <= TableImport.trialLength else {
                throw row.fault("a trial's words have more than \(TableImport.trialLength) characters", column: nil)
            }
            try body((trial, try action(row), evaluation, seconds(row)))
        }
    }

    private func status(_ row: TableSource.Row) -> Evaluation.Status {
        guard let column = mapping.statusColumn else { return .ok }
        let word = row.words[column]
        return mapping.goodWords.contains(word) ? .ok : .failed(word.isEmpty ? "no status" : word)
    }

    private func seconds(_ row: TableSource.Row) -> Double {
        guard let column = mapping.secondsColumn, let seconds = Double(row.words[column]) else { return 0 }
        return seconds.isFinite ? max(0, seconds) : 0
    }

    private func action(_ row: TableSource.Row) throws -> Action {
        let parameters = mapping.spec.actionSpace.parameters
        var values: [String: Value] = [:]
        for (parameter, coordinate) in zip(parameters, mapping.coordinates) {
            guard let coordinate else { continue }
            let word = row.words[coordinate.column]
            // Nothing is written where the parameter is inactive.
            guard !word.isEmpty else {
                values[parameter.name] = parameter.named(parameter.lowest)
                continue
            }
            values[parameter.name] = Value(parsing: coordinate.renames[word] ?? word)
        }
        do {
            return try mapping.spec.actionSpace.action(named: values, code: .badInput)
        } catch let error as GymError {
            let place = parameters.firstIndex { $0.name == error.field }
            throw row.fault(
                error.message, column: place.flatMap { mapping.coordinates[$0]?.column }, hint: error.hint)
        }
    }

    private func metrics(_ row: TableSource.Row) throws -> [Double?] {
        try zip(mapping.spec.metrics, mapping.quantities).map { metric, quantity in
            guard let quantity else { return nil }
            let word = row.words[quantity.column]
            if word.isEmpty || word.lowercased() == "nan" { return nil }
            guard let number = Double(word), number.isFinite else {
                throw row.fault("'\(word)' is no number", column: quantity.column)
            }
            let unit = quantity.unitColumn.map { row.words[$0] } ?? quantity.unit
            guard let factors = UnitScale.factors(from: unit, to: metric.unit) else {
                throw row.fault(
                    "the unit '\(unit)' can't be turned into \(metric.unit), that of '\(metric.name)'",
                    column: quantity.unitColumn)
            }
            return number * factors.multiplier / factors.divisor
        }
    }
}
