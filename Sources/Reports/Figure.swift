/// One figure of a report: the numbers that are drawn, and how Vega-Lite draws them.
public struct Figure: Sendable {
    /// Unique in its report, fit for a file's name.
    public let name: String
    /// What is shown, as a heading.
    public let title: String
    /// What the marks mean and how the numbers came about, in one or two sentences.
    public let caption: String
    /// The names of the columns.
    public let columns: [String]
    /// As many values per row as there are columns.
    public let rows: [[JSON]]
    /// The spec without its data.
    let chart: JSON

    init(_ name: String, _ title: String, caption: String, columns: [String], rows: [[JSON]], chart: JSON) {
        (self.name, self.title, self.caption) = (name, title, caption)
        (self.columns, self.rows, self.chart) = (columns, rows, chart)
    }

    /// The same figure under another name.
    func named(_ name: String) -> Figure {
        Figure(name, title, caption: caption, columns: columns, rows: rows, chart: chart)
    }

    /// A complete Vega-Lite spec, its numbers in it.
    public var spec: JSON {
        let values = rows.map { row in JSON.object(zip(columns, row).map { JSON.Member(name: $0, value: $1) }) }
        return chart.with("data", ["values": .list(values)])
    }

    /// The numbers as CSV (RFC 4180); an empty field is a missing number.
    public var csv: String {
        let lines = [columns.map { Figure.field($0) }] + rows.map { $0.map(Figure.field) }
        return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    /// What the page needs to draw it, without saying every column's name in every row.
    var payload: JSON {
        [
            "name": .text(name), "title": .text(title), "columns": .list(columns.map(JSON.text)),
            "rows": .list(rows.map(JSON.list)), "chart": chart,
        ]
    }

    private static func field(_ value: JSON) -> String {
        switch value {
        case .text(let text): field(text)
        case .number(let number): JSON.digits(number)
        case .bool(let flag): flag ? "true" : "false"
        case .null, .list, .object: ""
        }
    }

    private static func field(_ text: String) -> String {
        guard text.isEmpty || text.contains(where: { ",\"\r\n".contains($0) || $0 == "\r\n" }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
