/// A small table of text with aligned columns, two spaces apart.
public struct Table: Sendable {
    /// Where a column's text stands.
    public enum Alignment: Sendable {
        case left, right
    }

    /// A column's heading and alignment.
    public struct Column: Sendable {
        let title: String
        let alignment: Alignment

        /// Heads a column; numbers are aligned to the right.
        public init(_ title: String, _ alignment: Alignment = .left) {
            (self.title, self.alignment) = (title, alignment)
        }
    }

    private let columns: [Column]
    private let rows: [[String]]

    /// Makes a table; a row that is short is filled with empty cells.
    public init(_ columns: [Column], rows: [[String]]) {
        self.columns = columns
        self.rows = rows
    }

    /// The heading and the rows, each line indented by two spaces and without trailing ones.
    public var text: String {
        var widths = columns.map(\.title.count)
        for row in rows {
            for (index, cell) in row.prefix(columns.count).enumerated() {
                widths[index] = max(widths[index], cell.count)
            }
        }
        return ([columns.map(\.title)] + rows).map { line($0, widths) + "\n" }.joined()
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (index, column) in columns.enumerated() {
            let cell = index < cells.count ? cells[index] : ""
            let padding = String(repeating: " ", count: widths[index] - cell.count)
            line += "  " + (column.alignment == .left ? cell + padding : padding + cell)
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}
