import GRDB
import Gym
import Synchronization

/// The columns that stand in front of the parameters in every table, in this order.
enum Bookkeeping: Int32, CaseIterable {
    case trial, number, slot, episode, step, reward, violation, terminated, truncated, status, reason, cached, fidelity
    case seconds, at
    /// Which columns hold −0.0, whose sign SQLite does not keep; nearly always NULL.
    case zeros
    case observation, legal, nextObservation, nextLegal

    /// The column's name.
    var name: String {
        switch self {
        case .nextObservation: "_next_observation"
        case .nextLegal: "_next_legal"
        default: "_\(self)"
        }
    }

    /// The column's declared type.
    var type: String {
        switch self {
        case .trial, .number, .slot, .episode, .step, .terminated, .truncated, .cached: "INTEGER NOT NULL"
        case .reward, .seconds, .at: "REAL"
        case .violation: "REAL NOT NULL"
        case .status, .fidelity: "TEXT NOT NULL"
        case .reason, .zeros: "TEXT"
        case .observation, .legal, .nextObservation, .nextLegal: "BLOB"
        }
    }

    /// What people are to see.
    static let visible = allCases.filter { $0 != .zeros }
    static let count = allCases.count
}

/// How the samples of one space lie in their table: a column per bookkeeping number, parameter and metric.
final class SampleLayout: Sendable {
    /// How a parameter is stored.
    enum Storage: Sendable {
        case integer, real
        /// Words, as they stand in the layout's `words`.
        case text(first: Int)
    }

    /// Columns that an export puts in front of a sample's own.
    static let trialColumns = ["_study", "_label", "_agent", "_settings", "_seed", "_environment", "_options"]

    /// The space's number in the log.
    let id: Int64
    /// The table's name.
    let table: String
    /// What the samples are of.
    let spec: EnvironmentSpec
    /// The columns of the parameters, then of the metrics.
    let columns: [(name: String, type: String)]
    /// One per parameter.
    let storage: [Storage]
    /// What an inactive parameter holds.
    let lowest: [Double]
    /// For a categorical, which word is which choice.
    let choices: [[String: Int]]
    /// The words of all categoricals, one after the other.
    let words: StaticTexts
    /// How many choices each categorical has, in order: how masks are cut from their blob.
    let maskWidths: [Int]

    /// Lays out the samples of a space.
    ///
    /// - Throws: `GymError` for a space that makes no table: too many columns, or a name with a NUL character.
    init(id: Int64, table: String, spec: EnvironmentSpec) throws {
        (self.id, self.table, self.spec) = (id, table, spec)
        let parameters = spec.actionSpace.parameters
        var (storage, choices, words, widths): ([Storage], [[String: Int]], [String], [Int]) = ([], [], [], [])
        for parameter in parameters {
            var places: [String: Int] = [:]
            storage.append(Self.storage(of: parameter, wordsSoFar: words.count))
            if case .categorical(let names) = parameter.domain {
                words += names
                widths.append(names.count)
                for (index, name) in names.enumerated() { places[name] = index }
            }
            choices.append(places)
        }
        lowest = parameters.map(\.lowest)
        (self.storage, self.choices, self.words, maskWidths) = (storage, choices, StaticTexts(words), widths)
        let names = try Self.columnNames(parameters.map(\.name) + spec.metrics.map(\.name))
        let types = storage.map(\.type) + spec.metrics.map { _ in "REAL" }
        columns = zip(names, types).map { ($0, $1) }
    }

    private static func storage(of parameter: Parameter, wordsSoFar: Int) -> Storage {
        switch parameter.domain {
        case .integer: .integer
        case .real: .real
        case .ordinal(let values): values.allSatisfy { Int64(exactly: $0) != nil } ? .integer : .real
        case .categorical: .text(first: wordsSoFar)
        }
    }

    /// SQL takes upper and lower case for equal, spaces do not: a name that is taken gets a number.
    private static func columnNames(_ names: [String]) throws -> [String] {
        guard names.count <= 1_900 else {
            throw GymError(.tooLarge, "\(names.count) parameters and metrics are more columns than the log can hold")
        }
        var taken = Set(Bookkeeping.allCases.map(\.name) + trialColumns)
        return try names.map { name in
            guard !name.utf8.contains(0) else {
                throw GymError(.badInput, "the name '\(name)' holds a NUL character", field: name)
            }
            var (column, next) = (name, 2)
            while !taken.insert(column.lowercased()).inserted {
                column = "\(name)~\(next)"
                next += 1
            }
            return column
        }
    }

    /// Makes the table.
    var creation: String {
        let columns =
            Bookkeeping.allCases.map { "\($0.name) \($0.type)" } + self.columns.map { "\(quoted($0.name)) \($0.type)" }
        return "CREATE TABLE \(quoted(table)) (\(columns.joined(separator: ", ")), "
            + "PRIMARY KEY (_trial, _number)) STRICT"
    }

    /// Adds one sample; the arguments are the columns in their order.
    var insertion: String {
        let places = [String](repeating: "?", count: Bookkeeping.count + columns.count)
        return "INSERT INTO \(quoted(table)) VALUES (\(places.joined(separator: ", ")))"
    }

    /// The samples of a trial from a number on; arguments: trial, number, limit.
    var selection: String {
        "SELECT * FROM \(quoted(table)) WHERE _trial = ? AND _number >= ? ORDER BY _number LIMIT ?"
    }
}

extension SampleLayout.Storage {
    /// The column's declared type.
    var type: String {
        switch self {
        case .integer: "INTEGER"
        case .real: "REAL"
        case .text: "TEXT"
        }
    }
}

/// Texts that SQLite may read in place, for as long as this object lives.
final class StaticTexts: @unchecked Sendable {
    // Written once in init and only read after it, hence Sendable.
    private let bytes: UnsafeMutableBufferPointer<CChar>
    private let ends: [Int]

    /// Keeps the texts as UTF-8.
    init(_ texts: [String]) {
        var end = 0
        ends =
            [0]
            + texts.map { text in
                end += text.utf8.count
                return end
            }
        bytes = .allocate(capacity: max(1, end))
        bytes.initialize(repeating: 0)
        var place = 0
        for text in texts {
            for byte in text.utf8 {
                bytes[place] = CChar(bitPattern: byte)
                place += 1
            }
        }
    }

    deinit { bytes.deallocate() }

    /// How many texts there are.
    var count: Int { ends.count - 1 }

    /// Where a text begins and how many bytes it has.
    func place(_ index: Int) -> (start: UnsafePointer<CChar>?, count: Int32) {
        (UnsafePointer(bytes.baseAddress.map { $0 + ends[index] }), Int32(ends[index + 1] - ends[index]))
    }
}
