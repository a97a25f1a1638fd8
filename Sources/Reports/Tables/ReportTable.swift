import Studies

/// A table of a report; a reader may sort it by any column.
struct ReportTable: Sendable {
    /// What stands in a cell.
    struct Cell: Sendable {
        let text: String
        /// What it is sorted by; nil for a word.
        let number: Double?

        /// A word.
        static func word(_ text: String) -> Cell { Cell(text: text, number: nil) }
        /// A number in four digits; nil where there is none.
        static func number(_ value: Double?, unit: String = "") -> Cell {
            guard let value else { return Cell(text: "–", number: nil) }
            return Cell(text: Figures.quantity(value, unit: unit), number: value)
        }
        static func count(_ value: Int) -> Cell { Cell(text: Figures.count(value), number: Double(value)) }
        static func count(_ value: Int64) -> Cell { count(Int(value)) }
        /// A share as a percentage.
        static func share(_ value: Double?) -> Cell {
            guard let value, value.isFinite else { return Cell(text: "–", number: nil) }
            let percent = value * 100
            return Cell(
                text: percent == percent.rounded() ? "\(Int(percent)) %" : "\(Figures.number(percent)) %", number: value
            )
        }
    }

    /// A column's heading, and whether numbers stand below it.
    struct Column: Sendable {
        let title: String
        let isNumber: Bool

        static func word(_ title: String) -> Column { Column(title: title, isNumber: false) }
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    let title: String
    let note: String
    let columns: [Column]
    let rows: [[Cell]]

    init(_ title: String, note: String = "", _ columns: [Column], rows: [[Cell]]) {
        (self.title, self.note, self.columns, self.rows) = (title, note, columns, rows)
    }

    /// The figure's numbers as a table: what is shown where no chart can be drawn.
    init(_ figure: Figure, limit: Int) {
        let columns = figure.columns.indices.map { place in
            Column(
                title: figure.columns[place].replacing("_", with: " "),
                isNumber: figure.rows.contains { $0[place].number != nil })
        }
        let rows = figure.rows.prefix(limit).map { row in
            row.map { value -> Cell in
                switch value {
                case .number(let number): .number(number)
                case .text(let text): .word(text)
                case .bool(let flag): .word(flag ? "yes" : "no")
                case .null, .list, .object: .word("–")
                }
            }
        }
        let note = figure.rows.count > limit ? "The first \(limit) of \(Figures.count(figure.rows.count)) rows." : ""
        self.init("", note: note, columns, rows: Array(rows))
    }

    /// As HTML: headings are buttons, so that the keyboard reaches them.
    var html: String {
        var html = title.isEmpty ? "" : "<h3>\(HTML.escaped(title))</h3>\n"
        html +=
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(HTML.escaped(title))\"><table>\n"
            + "<thead><tr>"
        for column in columns {
            html +=
                "<th scope=\"col\"\(column.isNumber ? " class=\"number\"" : "") aria-sort=\"none\">"
                + "<button type=\"button\">\(HTML.escaped(column.title))</button></th>"
        }
        html += "</tr></thead>\n<tbody>\n"
        for row in rows {
            html += "<tr>"
            for (column, cell) in zip(columns, row) {
                let order = cell.number.map { " data-order=\"\($0)\"" } ?? ""
                html += "<td\(column.isNumber ? " class=\"number\"" : "")\(order)>\(HTML.escaped(cell.text))</td>"
            }
            html += "</tr>\n"
        }
        html += "</tbody></table></div>\n"
        return html + (note.isEmpty ? "" : "<p class=\"note\">\(HTML.escaped(note))</p>\n")
    }
}

/// Text made fit for HTML.
enum HTML {
    /// Text for an element or an attribute in double quotes; whatever it says, it stays text.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
            // Other control characters are not allowed in HTML.
            case "\u{0}"..<" ", "\u{7F}"..."\u{9F}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
