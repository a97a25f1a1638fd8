import Files
import Gym

/// The rows of a table as words by column, whatever form the table has.
struct TableSource {
    /// How the table is written.
    enum Form: String, CaseIterable {
        /// The first row names the columns.
        case header
        /// ArchGym's log without a header: the reward, the action as a printed dictionary, the observation as a
        /// printed array.
        case archgym
    }

    let files: [String]
    let form: Form

    /// One row: a word per column, empty where there is none.
    struct Row {
        let words: [String]
        fileprivate let row: CSVRow
        fileprivate let isWhole: Bool

        /// An error at this row, under the field of a column where the form has one field per column.
        func fault(_ message: String, column: Int?, hint: String? = nil) -> GymError {
            row.fault(message, field: isWhole ? column : nil, hint: hint)
        }
    }

    /// The columns of the first file.
    ///
    /// - Throws: `GymError` for a file without rows, or with a column twice.
    func columns() throws -> [String] {
        var columns: [String]?
        do {
            try CSVTable(path: files[0]).forEach { row in
                columns = form == .header ? row.fields : try TableSource.unfolded(row).map(\.name)
                throw Enough()
            }
        } catch is Enough {}
        guard let columns else { throw GymError(.badInput, "'\(files[0])' has no rows") }
        var seen: Set<String> = []
        for name in columns where !seen.insert(name).inserted {
            throw GymError(.badInput, "'\(files[0])' has two columns called '\(name)'", hint: "rename one of them")
        }
        return columns
    }

    private struct Enough: Error {}

    /// Hands on every row of every file in order.
    ///
    /// - Throws: `GymError` where a file's columns are not those of the first, a row has another number of fields, or
    ///   one is no row of ArchGym; and whatever `body` throws.
    func forEach(_ columns: [String], _ body: (Row) throws -> Void) throws {
        for file in files {
            var isFirst = true
            try CSVTable(path: file).forEach { row in
                defer { isFirst = false }
                switch form {
                case .header where isFirst:
                    guard row.fields == columns else {
                        throw row.fault("the columns are not those of '\(files[0])'", hint: "import it by itself")
                    }
                case .header:
                    guard row.fields.count == columns.count else {
                        throw row.fault("the row has \(row.fields.count) fields, the header \(columns.count)")
                    }
                    try body(Row(words: row.fields, row: row, isWhole: true))
                case .archgym:
                    let cells = try TableSource.unfolded(row)
                    let isOrdered = cells.map(\.name) == columns
                    let byName = isOrdered ? [:] : Dictionary(cells.map { ($0.name, $0.word) }) { first, _ in first }
                    let words = isOrdered ? cells.map(\.word) : columns.map { byName[$0] ?? "" }
                    try body(Row(words: words, row: row, isWhole: false))
                }
            }
        }
    }

    /// What ArchGym printed, as columns: `reward`, the action's keys, `observation[0]` and so on.
    private static func unfolded(_ row: CSVRow) throws -> [(name: String, word: String)] {
        let hint = "ArchGym's rows are a reward, {'key': value, …} and [number …]"
        guard row.fields.count >= 3 else {
            throw row.fault("the row has \(row.fields.count) fields, not three", hint: hint)
        }
        // Files that were written without quotes have the dictionary's commas among the fields' own.
        let text = row.fields.dropFirst().joined(separator: ", ")
        guard let open = text.firstIndex(of: "{"), let close = text.lastIndex(of: "}"), open < close,
            let action = try? YAMLDocument.parse(String(text[open...close]), file: "").entries()
        else { throw row.fault("the row holds no printed dictionary", hint: hint) }
        let words = text[text.index(after: close)...].split { !($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        let numbers = words.filter { Double($0) != nil }
        var cells = [(name: "reward", word: row.fields[0].filter { !"[]".contains($0) })]
        cells += try action.map { ($0.name, try $0.value.text()) }
        cells += numbers.enumerated().map { ("observation[\($0.offset)]", String($0.element)) }
        return cells
    }
}
