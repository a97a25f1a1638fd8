import GRDB
import GRDBSQLite
import Gym

/// Reads the rows of one table back into samples, bit for bit.
struct SampleDecoder {
    private let layout: SampleLayout
    private let statement: OpaquePointer
    private var zeros: Set<Int32> = []

    /// Reads rows of a layout's `selection`, whose statement stands on a row whenever `sample` is called.
    init(_ layout: SampleLayout, _ statement: OpaquePointer) {
        (self.layout, self.statement) = (layout, statement)
    }

    /// The row that the statement stands on.
    mutating func sample() throws -> Sample {
        readZeros()
        let first = Int32(Bookkeeping.count)
        let firstMetric = first + Int32(layout.storage.count)
        var action: Action = []
        action.reserveCapacity(layout.storage.count)
        for index in layout.storage.indices { action.append(try parameter(index, first + Int32(index))) }
        let metrics = layout.spec.metrics.indices.map { real(firstMetric + Int32($0)) }
        let evaluation = Evaluation(
            observation: try observation(.nextObservation), metrics: metrics, terminated: integer(.terminated) != 0,
            status: try status())
        return Sample(
            trial: integer(.trial), number: integer(.number), slot: Int(integer(.slot)), episode: integer(.episode),
            step: Int(integer(.step)),
            action: action, observation: try observation(.observation), evaluation: evaluation,
            score: Score(reward: real(.reward), violation: real(.violation) ?? 0), truncated: integer(.truncated) != 0,
            isCached: integer(.cached) != 0, fidelity: text(.fidelity) ?? "", seconds: real(.seconds) ?? 0,
            at: real(.at) ?? 0)
    }

    private mutating func readZeros() {
        guard let list = text(.zeros) else {
            if !zeros.isEmpty { zeros = [] }
            return
        }
        zeros = Set(list.split(separator: ",").compactMap { Int32($0) })
    }

    private func parameter(_ index: Int, _ column: Int32) throws -> Double {
        guard case .text = layout.storage[index] else { return real(column) ?? layout.lowest[index] }
        guard let word = text(column) else { return layout.lowest[index] }
        guard let choice = layout.choices[index][word] else {
            let name = layout.spec.actionSpace.parameters[index].name
            throw GymError(
                .logUnusable, "'\(word)' in the log's table '\(layout.table)' is no choice of '\(name)'", field: name)
        }
        return choice == 0 && zeros.contains(column) ? -0.0 : Double(choice)
    }

    private func status() throws -> Evaluation.Status {
        switch text(.status) {
        case "ok": return .ok
        case "infeasible": return .infeasible(text(.reason) ?? "")
        case "failed": return .failed(text(.reason) ?? "")
        case let word: throw GymError(.logUnusable, "the log holds an unknown status: '\(word ?? "")'")
        }
    }

    private func observation(_ column: Bookkeeping) throws -> Observation {
        guard let values = numbers(column.rawValue) else { return Observation() }
        guard let flat = numbers(column.rawValue + 1) else { return Observation(values) }
        var (legal, place): ([[Bool]], Int) = ([], 0)
        for width in layout.maskWidths where place + width <= flat.count {
            legal.append(flat[place..<place + width].map { $0 != 0 })
            place += width
        }
        guard place == flat.count else {
            throw GymError(.logUnusable, "a mask in the log's table '\(layout.table)' does not fit its parameters")
        }
        return Observation(values, legal: legal)
    }

    private func integer(_ column: Bookkeeping) -> Int64 { sqlite3_column_int64(statement, column.rawValue) }

    private func real(_ column: Bookkeeping) -> Double? { real(column.rawValue) }

    private func text(_ column: Bookkeeping) -> String? { text(column.rawValue) }

    private func real(_ column: Int32) -> Double? {
        guard sqlite3_column_type(statement, column) != SQLITE_NULL else { return nil }
        let value = sqlite3_column_double(statement, column)
        return value == 0 && zeros.contains(column) ? -0.0 : value
    }

    private func text(_ column: Int32) -> String? {
        guard let bytes = sqlite3_column_text(statement, column) else { return nil }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    private func numbers(_ column: Int32) -> [Double]? {
        guard sqlite3_column_type(statement, column) != SQLITE_NULL else { return nil }
        let count = Int(sqlite3_column_bytes(statement, column)) / MemoryLayout<Double>.size
        guard count > 0, let bytes = sqlite3_column_blob(statement, column) else { return [] }
        return (0..<count).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
    }
}
