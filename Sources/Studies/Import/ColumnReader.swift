import Files
import Gym

/// Finds the columns that a mapping names, or that go by the names of an environment.
struct ColumnReader {
    let columns: [String]
    let file: String

    /// The column that a node names.
    func column(_ node: YAMLNode) throws -> Int {
        let name = try node.text()
        guard let index = columns.firstIndex(of: name) else {
            throw node.located(GymError.unknown(.badInput, "column", name, among: columns))
        }
        return index
    }

    /// The column that goes by a name, however its words are joined: `PagePolicy` is `page_policy`.
    func column(like name: String) -> Int? {
        func plain(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
        return columns.firstIndex(of: name) ?? columns.firstIndex { plain($0) == plain(name) }
    }

    /// Where each parameter of a known space stands.
    func coordinates(_ node: YAMLNode?, of space: Space) throws -> [TableMapping.Coordinate?] {
        let fields = try node?.fields(space.parameters.map(\.name), kind: "parameter")
        return try space.parameters.map { parameter in
            if let node = fields?[parameter.name] { return try coordinate(node) }
            if let column = column(like: parameter.name) { return .init(column: column, renames: [:]) }
            guard parameter.defaultValue != nil else {
                throw (node ?? fields?.node)?.error("'\(parameter.name)' has no column and no default")
                    ?? GymError(
                        .badInput, "'\(file)' has no column for the parameter '\(parameter.name)'",
                        hint: "add parameters: { \(parameter.name): COLUMN } to the mapping")
            }
            return nil
        }
    }

    /// A column, with words that go by another name.
    func coordinate(_ node: YAMLNode, also keys: [String] = []) throws -> TableMapping.Coordinate {
        if node.isScalar { return TableMapping.Coordinate(column: try column(node), renames: [:]) }
        let fields = try node.fields(["column", "rename"] + keys)
        let renames = try fields["rename"]?.entries().map { ($0.name, try $0.value.text()) } ?? []
        return TableMapping.Coordinate(
            column: try column(fields.required("column", example: "column: \(columns.first ?? "…")")),
            renames: Dictionary(renames) { first, _ in first })
    }

    /// Where each metric of a known environment stands.
    func quantities(_ node: YAMLNode?, of spec: EnvironmentSpec) throws -> [TableMapping.Quantity?] {
        let fields = try node?.fields(spec.metrics.map(\.name), kind: "metric")
        let quantities = try spec.metrics.map { metric -> TableMapping.Quantity? in
            if let node = fields?[metric.name] { return try quantity(node, unit: metric.unit) }
            return column(like: metric.name).map {
                TableMapping.Quantity(column: $0, unit: metric.unit, unitColumn: nil)
            }
        }
        guard quantities.contains(where: { $0 != nil }) else {
            let names = spec.metrics.map(\.name).joined(separator: ", ")
            throw GymError(
                .badInput, "'\(file)' has no column for any metric of '\(spec.id)'",
                hint: "add metrics: { NAME: { column: COLUMN, unit: UNIT } } to the mapping; the metrics are \(names)")
        }
        return quantities
    }

    /// A metric's column, and the unit of its numbers where that is not `unit`.
    func quantity(_ node: YAMLNode, unit: String, also keys: [String] = []) throws -> TableMapping.Quantity {
        if node.isScalar { return TableMapping.Quantity(column: try column(node), unit: unit, unitColumn: nil) }
        let fields = try node.fields(["column", "unit", "unit_column"] + keys)
        let written = try fields["unit"]?.text() ?? unit
        if let node = fields["unit"], UnitScale.factors(from: written, to: unit) == nil {
            throw node.error("'\(written)' can't be turned into \(unit), the unit of '\(fields.node.name)'")
        }
        return TableMapping.Quantity(
            column: try column(fields.required("column", example: "column: \(columns.last ?? "…")")), unit: written,
            unitColumn: try fields["unit_column"].map(column))
    }
}
