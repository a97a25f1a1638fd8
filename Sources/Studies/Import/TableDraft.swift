import Files
import Gym

/// A mapping guessed from a table, for a person to correct.
public struct TableDraft {
    private let files: [String]
    private let source: TableSource
    private let columns: [String]
    private let contents: [Int: ColumnContents]

    /// Looks through the tables; what has no header is taken for ArchGym's.
    ///
    /// - Throws: `GymError` (`bad-input`) for a table that can't be read.
    public init(_ tables: [String]) throws {
        files = tables
        let header = TableSource(files: tables, form: .header)
        let isPrinted = try header.columns().contains { $0.hasPrefix("{") }
        source = isPrinted ? TableSource(files: tables, form: .archgym) : header
        columns = try source.columns()
        let all = columns.indices.map { TableMapping.Coordinate(column: $0, renames: [:]) }
        contents = try ColumnContents.survey(all, source, columns)
    }

    /// The mapping as YAML, with a comment wherever something was guessed.
    public func text(catalogs: Catalogs) -> String {
        let reader = ColumnReader(columns: columns, file: files[0])
        var lines = ["study: \(YAMLText.scalar(.text(TableMapping.stem(files[0]))))"]
        if source.form == .archgym { lines.append("format: archgym") }
        if let (spec, found) = likeliest(among: catalogs.environments, reader) {
            lines.append("environment: \(spec.id)    # \(found) of its parameters are columns; options go beside it")
            lines += known(spec, reader)
        } else {
            lines += own()
        }
        if let status = column(named: ["status", "state", "result"]), contents[status]?.isNumeric == false {
            let words = contents[status]?.words ?? []
            let good = words.first { ["ok", "success", "complete", "finished"].contains($0.lowercased()) }
            let word = YAMLText.scalar(.text(good ?? words.first ?? "ok"))
            lines.append("status: { column: \(written(status)), ok: \(word) }")
        }
        if let column = column(named: ["seconds", "wall_s", "time_s", "duration_s", "runtime_s"]) {
            lines.append("seconds: \(written(column))")
        }
        if let column = column(named: ["trial", "seed", "run", "repetition"]) {
            lines.append("trial: \(written(column))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The catalog's environment with the most of its parameters among the columns, if it has most of them.
    private func likeliest(
        among entries: [EnvironmentEntry], _ reader: ColumnReader
    ) -> (spec: EnvironmentSpec, found: Int)? {
        let specs = entries.compactMap { entry -> (spec: EnvironmentSpec, found: Int)? in
            guard let spec = try? entry.make().spec, spec.horizon == 1 else { return nil }
            let found = spec.actionSpace.parameters.count { reader.column(like: $0.name) != nil }
            return 2 * found > spec.actionSpace.parameters.count ? (spec, found) : nil
        }
        // Of two with as many the one that leaves fewer parameters to their defaults.
        return specs.max { first, second in
            let (one, two) = (first.spec.actionSpace.parameters.count, second.spec.actionSpace.parameters.count)
            return (first.found, -one) < (second.found, -two)
        }
    }

    private func known(_ spec: EnvironmentSpec, _ reader: ColumnReader) -> [String] {
        let measures = spec.metrics.compactMap { metric -> String? in
            guard let (column, isSure) = self.column(of: metric) else { return nil }
            let unit = TableDraft.split(columns[column]).unit ?? metric.unit
            return "  \(metric.name): { column: \(written(column)), unit: \(YAMLText.scalar(.text(unit))) }"
                + (isSure ? "" : "    # is it?")
        }
        guard !measures.isEmpty else {
            let names = spec.metrics.prefix(4).map(\.name).joined(separator: ", ")
            let example = "  \(spec.metrics[0].name): { column: …, unit: \(spec.metrics[0].unit) }"
            return ["metrics:    # say which column is which: \(names), …", example]
        }
        return ["metrics:"] + measures
    }

    /// The column of a metric's name, with or without a unit at its end; else one that ends in the name, such as
    /// `avg_power_mw`, if its unit can be turned into the metric's.
    private func column(of metric: Metric) -> (column: Int, isSure: Bool)? {
        let parts = columns.map(TableDraft.split)
        if let column = parts.firstIndex(where: { plain($0.name) == plain(metric.name) }) { return (column, true) }
        return parts.firstIndex { part in
            part.unit.map { UnitScale.factors(from: $0, to: metric.unit) != nil } == true
                && plain(part.name).hasSuffix(plain(metric.name))
        }.map { ($0, false) }
    }

    /// Columns whose name ends in a unit, and numbers that hardly repeat, are metrics; what varies else is a parameter.
    private func own() -> [String] {
        let special = ["status", "state", "trial", "seed", "run", "reward", "index", "id", "step", "iteration"]
        var (parameters, metrics): ([String], [String]) = ([], [])
        for (column, name) in columns.enumerated() where !special.contains(name.lowercased()) {
            guard let seen = contents[column], seen.rows > 0, seen.hasMany || seen.words.count > 1 else { continue }
            let (stem, unit) = TableDraft.split(name)
            let isMeasured = seen.isNumeric && (seen.hasMany || 2 * seen.words.count > seen.rows) && !seen.isWhole
            if unit != nil || isMeasured {
                var entries = [("column", written(column)), ("unit", YAMLText.scalar(.text(unit ?? "1")))]
                entries.append(("goal", "minimize"))
                if seen.isPositive { entries.append(("positive", "true")) }
                metrics.append("  \(identifier(stem)): \(YAMLText.mapping(entries))")
            } else if seen.isNumeric || !seen.hasMany {
                parameters.append("  \(identifier(name)): \(written(column))")
            }
        }
        func section(_ name: String, _ lines: [String]) -> [String] {
            lines.isEmpty ? ["\(name):    # none found: add NAME: COLUMN"] : ["\(name):"] + lines
        }
        let id = identifier(TableMapping.stem(files[0])).replacing("_", with: "-") + "-v0"
        return ["environment: \(id)"] + section("parameters", parameters) + section("metrics", metrics)
    }

    private func column(named names: [String]) -> Int? { columns.firstIndex { names.contains($0.lowercased()) } }

    private func written(_ column: Int) -> String { YAMLText.scalar(.text(columns[column])) }

    private func plain(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }

    private func identifier(_ text: String) -> String {
        let kept = text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
        let name = String(kept.drop { !$0.isLetter }.prefix(60))
        return name.isEmpty ? "x" : name
    }

    /// A column's name without the unit at its end: `total_time_ns`, `power (mW)`, `power [mW]`.
    static func split(_ name: String) -> (name: String, unit: String?) {
        let parts = name.split { "_ ([)]".contains($0) }.map(String.init)
        let units = [
            "ps", "ns", "us", "ms", "s", "pj", "nj", "uj", "mj", "j", "nw", "uw", "mw", "w", "um2", "mm2", "gb/s",
        ]
        guard parts.count > 1, let last = parts.last, units.contains(last.lowercased()) else { return (name, nil) }
        var unit = last
        // Written in small letters throughout, a joule and a watt are meant all the same.
        if last == last.lowercased(), let letter = last.last, "jw".contains(letter) {
            unit = last.dropLast() + letter.uppercased()
        }
        return (parts.dropLast().joined(separator: "_"), unit)
    }
}
