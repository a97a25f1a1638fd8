import Files
import Gym

/// The environment that only a table knows: its parameters are what their columns hold.
struct TableSpace {
    /// What the rows are evaluations of.
    let spec: EnvironmentSpec
    let coordinates: [TableMapping.Coordinate?]
    let quantities: [TableMapping.Quantity?]

    /// Reads `parameters` and `metrics` of a mapping; a domain that is not written is what the column holds.
    init(_ fields: YAMLFields, id: String, reader: ColumnReader, source: TableSource) throws {
        let example = "parameters: { cache_size: COLUMN }"
        let axes = try fields.required("parameters", example: example).entries().map { entry in
            (entry: entry, coordinate: try reader.coordinate(entry.value, also: TableSpace.domainKeys))
        }
        let missing = axes.filter { !TableSpace.hasDomain($0.entry.value) }.map(\.coordinate)
        let contents = try ColumnContents.survey(missing, source, reader.columns)
        let parameters = try axes.map { try TableSpace.parameter($0.entry, contents[$0.coordinate.column]) }
        let written = try fields.required("metrics", example: "metrics: { latency: { column: COLUMN, unit: ns } }")
        let measures = try written.entries().map { entry in
            let metric = try TableSpace.metric(entry)
            let node = entry.value
            return (metric, try reader.quantity(node, unit: metric.unit, also: ["goal", "positive"]))
        }
        spec = EnvironmentSpec(
            id: id, actionSpace: try fields.node.located { try Space(checking: parameters) },
            metrics: measures.map(\.0))
        (coordinates, quantities) = (axes.map(\.coordinate), measures.map(\.1))
    }

    private static let domainKeys = ["choices", "values", "range", "reals", "scale", "unit"]

    private static func hasDomain(_ node: YAMLNode) -> Bool {
        guard !node.isScalar, let entries = try? node.entries() else { return false }
        return entries.contains { domainKeys.prefix(4).contains($0.name) }
    }

    private static func parameter(_ entry: YAMLNode.Entry, _ contents: ColumnContents?) throws -> Parameter {
        guard !entry.value.isScalar else {
            return Parameter(entry.name, try entry.value.located { try contents?.domain() ?? .categorical([]) })
        }
        let fields = try entry.value.fields(["column", "rename"] + domainKeys)
        let scale = try fields["scale"]?.choice(of: Parameter.Scale.allCases.map(\.rawValue)) ?? "linear"
        return Parameter(
            entry.name, try entry.value.located { try domain(fields) ?? contents?.domain() ?? .categorical([]) },
            scale: Parameter.Scale(rawValue: scale) ?? .linear, unit: try fields["unit"]?.text() ?? "")
    }

    private static func domain(_ fields: YAMLFields) throws -> Parameter.Domain? {
        let limits = -1e300...1e300
        if let node = fields["choices"] { return .categorical(try node.list().map { try $0.text() }) }
        if let node = fields["values"] { return .ordinal(try node.list().map { try $0.number(in: limits) }) }
        if let node = fields["range"] {
            let ends = try node.list().map { try $0.integer(in: -1 << 53...1 << 53) }
            guard ends.count == 2, ends[0] <= ends[1] else { throw node.error("'range' is [lowest, highest]") }
            return .integer(ends[0]...ends[1])
        }
        guard let node = fields["reals"] else { return nil }
        let ends = try node.list().map { try $0.number(in: limits) }
        guard ends.count == 2, ends[0] <= ends[1] else { throw node.error("'reals' is [lowest, highest]") }
        return .real(ends[0]...ends[1])
    }

    private static func metric(_ entry: YAMLNode.Entry) throws -> Metric {
        guard !entry.value.isScalar else { return Metric(entry.name, unit: "1", goal: .minimize, isPositive: false) }
        let fields = try entry.value.fields(["column", "unit", "unit_column", "goal", "positive"])
        let goal = try fields["goal"]?.choice(of: Metric.Goal.allCases.map(\.rawValue)) ?? "minimize"
        let isPositive = try fields["positive"]?.choice(of: ["true", "false"]) ?? "false"
        return Metric(
            entry.name, unit: try fields["unit"]?.text() ?? "1", goal: Metric.Goal(rawValue: goal) ?? .minimize,
            isPositive: isPositive == "true")
    }
}

/// What a column was seen to hold, in bounded memory.
struct ColumnContents {
    /// Distinct words in order of appearance, until there are too many.
    private(set) var words: [String] = []
    private var seen: Set<String> = []
    private(set) var rows = 0
    private(set) var isNumeric = true
    private(set) var isWhole = true
    private(set) var hasMany = false
    private var lowest = Double.infinity
    private var highest = -Double.infinity
    private let name: String
    /// Whether all are numbers above 0.
    var isPositive: Bool { isNumeric && lowest > 0 && lowest.isFinite }
    /// As many choices as a person can have meant.
    static let choiceLimit = 1_000

    init(name: String) { self.name = name }

    /// Looks through the columns of some parameters, renamed words under their new names.
    static func survey(
        _ coordinates: [TableMapping.Coordinate], _ source: TableSource, _ columns: [String]
    ) throws -> [Int: ColumnContents] {
        var contents: [Int: ColumnContents] = [:]
        guard !coordinates.isEmpty else { return contents }
        for coordinate in coordinates { contents[coordinate.column] = ColumnContents(name: columns[coordinate.column]) }
        try source.forEach(columns) { row in
            for coordinate in coordinates {
                let word = row.words[coordinate.column]
                contents[coordinate.column]?.see(coordinate.renames[word] ?? word)
            }
        }
        return contents
    }

    /// Looks at one more word.
    mutating func see(_ word: String) {
        guard !word.isEmpty else { return }
        rows += 1
        if let number = Double(word), number.isFinite {
            (lowest, highest) = (min(lowest, number), max(highest, number))
            if number.rounded() != number || abs(number) > 0x1p53 { isWhole = false }
        } else {
            isNumeric = false
        }
        guard !hasMany, seen.insert(word).inserted else { return }
        if words.count == ColumnContents.choiceLimit {
            hasMany = true
            (words, seen) = ([], [])
        } else {
            words.append(word)
        }
    }

    /// The domain that holds all of it: words are choices; numbers a range where most of the range is there, or where
    /// there are too many to list, else the list of them.
    func domain() throws -> Parameter.Domain {
        guard rows > 0 else { throw GymError(.badInput, "the column '\(name)' is empty") }
        guard isNumeric else {
            guard !hasMany else {
                throw GymError(
                    .badInput, "the column '\(name)' has more than \(ColumnContents.choiceLimit) different words",
                    hint: "is it a parameter?")
            }
            return .categorical(words)
        }
        let values = Set(words.compactMap { Double($0) }).sorted()
        let isDense = isWhole && (hasMany || Double(values.count) > (highest - lowest) / 2)
        if isDense, let low = Int(exactly: lowest), let high = Int(exactly: highest) { return .integer(low...high) }
        return hasMany || (!isWhole && values.count > 64) ? .real(lowest...highest) : .ordinal(values)
    }
}
