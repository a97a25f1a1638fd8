import GRDB
import Gym

extension SampleLog {
    /// The form of an export.
    public enum ExportFormat: String, Sendable, CaseIterable {
        /// RFC 4180 with a head line: NULL is an empty field, an empty text is `""`, infinity is `inf`.
        case csv
        /// One JSON object per line: infinity is the word `"Infinity"`.
        case jsonl
    }

    /// Writes all samples of a study, trial by trial in order, each with what its trial is. Columns are those of the
    /// study's environments together; observations are added where a trial records them. Memory stays constant, a
    /// running writer is not held up, and what it acknowledges meanwhile may or may not be included.
    ///
    /// - Parameter write: gets pieces of some 64 KiB.
    /// - Throws: `GymError` (`usage`) for a name that no study has, with a guess; whatever `write` throws.
    public func export(
        _ study: String, as format: ExportFormat, write: ([UInt8]) throws -> Void
    ) throws {
        let trials = try trials(of: study)
        let layouts = try trials.map { try layout(of: $0.number) }
        let columns = ExportColumns(
            layouts, recordsObservations: trials.contains { $0.description.recordsObservations })
        try withoutActuallyEscaping(write) { write in
            var lines = ExportLines(format, write: write)
            try lines.head(columns.names)
            for (trial, layout) in zip(trials, layouts) {
                let (places, known) = (columns.places(of: layout), columns.trialCells(trial))
                try eachPage(of: trial) { page in
                    for sample in page {
                        try lines.line(columns.names, known + columns.cells(sample, layout, places))
                    }
                }
            }
            try lines.flush()
        }
    }

    private func layout(of trial: Int64) throws -> SampleLayout {
        try read { db in
            let space = try Int64.fetchOne(db, sql: "SELECT space FROM trials WHERE id = ?", arguments: [trial])
            return try catalog.layout(space ?? 0, db)
        }
    }
}

/// Which columns an export has, and where a sample's values stand among them.
private struct ExportColumns {
    private static let fixed = Bookkeeping.visible.map(\.name)
    private static let plain = Bookkeeping.visible.filter { $0.type != "BLOB" }.map(\.name)

    let names: [String]
    private let recordsObservations: Bool
    private let firstOwn: Int

    init(_ layouts: [SampleLayout], recordsObservations: Bool) {
        var names = SampleLayout.trialColumns + (recordsObservations ? Self.fixed : Self.plain)
        firstOwn = names.count
        var known: Set<String> = []
        for layout in layouts {
            for column in layout.columns where known.insert(column.name.lowercased()).inserted {
                names.append(column.name)
            }
        }
        (self.names, self.recordsObservations) = (names, recordsObservations)
    }

    /// Where a layout's own columns stand, counted from the first that is not fixed.
    func places(of layout: SampleLayout) -> [Int] {
        var index: [String: Int] = [:]
        for (place, name) in names[firstOwn...].enumerated() { index[name.lowercased()] = place }
        return layout.columns.compactMap { index[$0.name.lowercased()] }
    }

    func trialCells(_ trial: TrialSummary) -> [ExportLines.Cell?] {
        let description = trial.description
        let seed = Int64(exactly: description.seed).map { ExportLines.Cell.integer($0) }
        return [
            .text(description.study), .text(description.label), .text(description.agent), .text(description.settings),
            seed ?? .text(String(description.seed)), .text(trial.environment), .text(description.options),
        ]
    }

    func cells(_ sample: Sample, _ layout: SampleLayout, _ places: [Int]) -> [ExportLines.Cell?] {
        let (status, reason): (String, String?) =
            switch sample.evaluation.status {
            case .ok: ("ok", nil)
            case .infeasible(let reason): ("infeasible", reason)
            case .failed(let reason): ("failed", reason)
            }
        var cells: [ExportLines.Cell?] = [
            .integer(sample.trial), .integer(sample.number), .integer(Int64(sample.slot)), .integer(sample.episode),
            .integer(Int64(sample.step)), sample.score.reward.map { .number($0) }, .number(sample.score.violation),
            .flag(sample.evaluation.terminated), .flag(sample.truncated), .text(status), reason.map { .text($0) },
            .flag(sample.isCached), .text(sample.fidelity), .number(sample.seconds), .number(sample.at),
        ]
        if recordsObservations {
            for observation in [sample.observation, sample.evaluation.observation] {
                cells.append(.numbers(observation.values))
                cells.append(observation.legal.map { .numbers($0.flatMap { $0.map { $0 ? 1 : 0 } }) })
            }
        }
        var own = [ExportLines.Cell?](repeating: nil, count: names.count - firstOwn)
        for (index, entry) in layout.spec.actionSpace.named(sample.action).enumerated() {
            own[places[index]] =
                switch entry.value {
                case .number(let value): .number(value)
                case .text(let word): .text(word)
                case nil: nil
                }
        }
        for (index, metric) in sample.evaluation.metrics.enumerated() {
            own[places[layout.storage.count + index]] = metric.map { .number($0) }
        }
        return cells + own
    }
}
