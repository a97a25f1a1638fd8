import Gym
import Studies

/// A datasheet as a person reads it.
struct DatasheetText {
    private let sheet: Datasheet
    private let spec: EnvironmentSpec?

    init(_ sheet: Datasheet, _ spec: EnvironmentSpec?) { (self.sheet, self.spec) = (sheet, spec) }

    /// The whole text.
    var text: String {
        var text = "\(sheet.id) · \(sheet.title)\n\n\(wrapped(sheet.summary))\n"
        for paragraph in sheet.description.split(separator: "\n\n", omittingEmptySubsequences: true) {
            text += "\n" + (paragraph.contains("\n") ? String(paragraph) : wrapped(String(paragraph))) + "\n"
        }
        if !sheet.options.isEmpty { text += section("Options, --option name=value", options) }
        if let spec {
            text += section("Parameters, --set name=value", ParameterTable.text(spec.actionSpace))
            text += section("Metrics, with those of the reference design", metrics(spec))
        }
        if !sheet.references.isEmpty { text += section("References", list(sheet.references)) }
        if !sheet.history.isEmpty { text += section("History", list(sheet.history)) }
        return text
    }

    private func section(_ title: String, _ body: String) -> String { "\n\(title)\n\(body)" }

    private func list(_ lines: [String]) -> String { lines.map { "  \($0)\n" }.joined() }

    private var options: String {
        Table(
            [Table.Column("name"), Table.Column("values"), Table.Column("default"), Table.Column("meaning")],
            rows: sheet.options.map { [$0.name, $0.kindText, $0.defaultValue.text, $0.note] }
        ).text
    }

    private func metrics(_ spec: EnvironmentSpec) -> String {
        Table(
            [
                Table.Column("name"), Table.Column("unit"), Table.Column("goal"), Table.Column("reference", .right),
                Table.Column("meaning"),
            ],
            rows: zip(spec.metrics, spec.reference).map { metric, value in
                [metric.name, metric.unit, "\(metric.goal)", value.map(Figures.number) ?? "–", metric.note]
            }
        ).text
    }

    private func wrapped(_ paragraph: String, columns: Int = 100) -> String {
        var lines = [""]
        for word in paragraph.split(separator: " ") {
            if lines[lines.count - 1].count + word.count + 1 > columns { lines.append("") }
            lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
        }
        return lines.joined(separator: "\n")
    }
}

/// The parameters of a space, a row each: designs and hyperparameters are shown alike.
enum ParameterTable {
    static func text(_ space: Space) -> String {
        var text = Table(
            [
                Table.Column("name"), Table.Column("values"), Table.Column("default"), Table.Column("unit"),
                Table.Column("meaning"),
            ],
            rows: space.parameters.map { parameter in
                let condition = space.activity[parameter.name].map { "; only where \($0.text)" } ?? ""
                return [
                    parameter.name, parameter.domainText, parameter.defaultValue?.text ?? "chosen", parameter.unit,
                    parameter.note + condition,
                ]
            }
        ).text
        for constraint in space.constraints { text += "  always \(constraint.text)\n" }
        return text
    }
}
