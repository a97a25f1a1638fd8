public import Files
public import Gym

/// How another tool's table becomes the samples of a study: which environment its rows are of, which column holds which
/// parameter and which metric, in which unit.
public struct TableMapping: Sendable {
    /// Where a parameter's value stands.
    struct Coordinate: Sendable {
        let column: Int
        /// Words of the table that go by another name here.
        let renames: [String: String]
    }

    /// Where a metric's number stands, and its unit there.
    struct Quantity: Sendable {
        let column: Int
        let unit: String
        /// The column that says the unit row by row.
        let unitColumn: Int?
    }

    /// The keys of a mapping.
    static let keys = [
        "study", "agent", "environment", "format", "trial", "parameters", "metrics", "status", "seconds", "objective",
    ]

    /// The mapping as it was written, on one line.
    public let text: String
    /// The name of the study that is made.
    public let study: String
    /// Who chose the designs, as the log notes it.
    public let agent: String
    /// What the rows are evaluations of.
    public let spec: EnvironmentSpec
    /// The environment's options; nil for an environment that only the table knows.
    public let options: Options?
    /// What is good in these samples.
    public let objective: Objective

    let source: TableSource
    let columns: [String]
    /// One per parameter of the space; nil where the table has no column and the parameter's default is meant.
    let coordinates: [Coordinate?]
    /// One per metric; nil where the table does not hold it.
    let quantities: [Quantity?]
    let trialColumns: [Int]
    let statusColumn: Int?
    let goodWords: [String]
    let secondsColumn: Int?

    /// Reads a mapping's file for tables that all have the same columns.
    ///
    /// - Throws: `GymError` (`bad-input`) that points at what is wrong in the mapping, or in a table.
    public static func read(
        _ path: String, tables: [String], study: String? = nil, catalogs: Catalogs
    ) throws -> TableMapping {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[..<$0]) } ?? ""
        return try TableMapping(
            YAMLDocument.read(path), tables: tables, folder: folder, study: study, catalogs: catalogs)
    }

    /// Reads a mapping's nodes; workload paths begin at `folder`, and `study` goes before what the mapping says.
    public init(
        _ root: YAMLNode, tables: [String], folder: String, study name: String? = nil, catalogs: Catalogs
    ) throws {
        text = YAMLText.flow(root)
        let fields = try root.fields(TableMapping.keys)
        let form = try fields["format"]?.choice(of: TableSource.Form.allCases.map(\.rawValue)) ?? "header"
        source = TableSource(files: tables, form: TableSource.Form(rawValue: form) ?? .header)
        columns = try source.columns()
        let reader = ColumnReader(columns: columns, file: tables[0])
        let node = try fields.required("environment", example: "environment: my-simulator-v0")
        let id = try (node.isScalar ? node : node.child("id", example: "id: my-simulator-v0")).text()
        if node.isScalar, !catalogs.environments.contains(where: { $0.datasheet.id == id }) {
            let own = try TableSpace(fields, id: id, reader: reader, source: source)
            (spec, options) = (try node.located { try own.spec.checked() }, nil)
            (coordinates, quantities) = (own.coordinates, own.quantities)
        } else {
            let cells = CellReader(catalogs: catalogs, instances: Instances(folder: folder))
            let (_, options, spec) = try cells.environment(node)
            guard spec.horizon == 1 else { throw node.error("'\(id)' has episodes of several steps; rows are of one") }
            (self.spec, self.options) = (spec, options)
            coordinates = try reader.coordinates(fields["parameters"], of: spec.actionSpace)
            quantities = try reader.quantities(fields["metrics"], of: spec)
        }
        study = try Manifest.studyName(
            name == nil ? fields["study"] : nil, defaultName: name ?? TableMapping.stem(tables[0]))
        agent = try fields["agent"]?.text() ?? "imported"
        if let goal = fields["objective"] {
            objective = try ObjectiveReader(spec: spec).objective(goal, nil)
        } else {
            objective = TableMapping.firstObjective(spec, quantities)
        }
        trialColumns = try fields["trial"].map { try ($0.isScalar ? [$0] : $0.list()).map(reader.column) } ?? []
        secondsColumn = try fields["seconds"].map(reader.column)
        let status = try fields["status"]?.fields(["column", "ok"])
        statusColumn = try status.map { try reader.column($0.required("column", example: "column: status")) }
        goodWords = try status?["ok"].map { try ($0.isScalar ? [$0] : $0.list()).map { try $0.text() } } ?? ["ok"]
    }

    /// The first metric that the table holds, by its own goal.
    private static func firstObjective(_ spec: EnvironmentSpec, _ quantities: [Quantity?]) -> Objective {
        guard let place = quantities.firstIndex(where: { $0 != nil }) else { return .first(of: spec) }
        let metric = spec.metrics[place]
        return Objective(metric.goal == .minimize ? .minimize : .maximize, [Objective.Term(metric.name)])
    }

    /// A study's name out of a file's.
    static func stem(_ path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let stem = name.split(separator: ".").first.map(String.init) ?? name
        let kept = stem.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) ? $0 : "-" }
        return String(kept.drop { !$0.isLetter && !$0.isNumber }.prefix(64))
    }
}
