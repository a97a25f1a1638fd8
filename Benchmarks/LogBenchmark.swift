import Foundation
import GRDBSQLite
import Glibc
import Gym
import Samples

/// Rows per second that the log takes, beside raw prepared-statement inserts into the same table with the same pragmas.
///
/// Both do one transaction per batch and the same rows in turn, best of five, in CPU time of this thread.
///
/// - Returns: a line per batch size and one for reading back, ready to print.
func logBenchmark() throws -> [String] {
    try Measurement.inFolder { folder in
        let lines = try [1, 16, 100, 256, 1_000].map { batch in
            let samples = LogFixture.samples(batch == 1 ? 4_000 : 40_000 / batch * batch)
            var (log, raw) = (Double.infinity, Double.infinity)
            for round in 0..<5 {
                let file = folder.appending(path: "\(batch)-\(round).db").path
                log = min(log, try logTime(samples, batch: batch, file: file))
                raw = min(raw, try rawTime(samples, batch: batch, file: file + "-raw", like: file))
            }
            let rows = Double(samples.count)
            return String(
                format: "batch %4d: log %7.0f rows/s, raw %7.0f rows/s, ratio %.2f", batch, rows / log, rows / raw,
                raw / log)
        }
        let reading = try readTime(LogFixture.samples(40_000), file: folder.appending(path: "read.db").path)
        return lines + [String(format: "read back in pages of 1000: %7.0f rows/s", 40_000 / reading)]
    }
}

/// An environment of 10 parameters and 12 metrics, like the DRAM controller.
private enum LogFixture {
    static let words = ["Open", "Closed", "OpenAdaptive", "ClosedAdaptive"]
    static let spec = EnvironmentSpec(
        id: "benchmark-v0",
        actionSpace: Space(
            (0..<4).map { Parameter("word\($0)", .categorical(words)) }
                + (0..<4).map { Parameter("count\($0)", .integer(1...128)) }
                + (0..<2).map { Parameter("share\($0)", .real(0...1)) }),
        metrics: (0..<12).map { Metric("metric\($0)", unit: "ns", goal: .minimize) })

    static func samples(_ count: Int) -> [Sample] {
        var generator = Generator(seed: 1)
        return (0..<count).map { number in
            var action = spec.actionSpace.parameters.map { parameter in
                parameter.discreteCount.map { parameter.value(at: generator.below($0)) } ?? 0
            }
            (action[8], action[9]) = (generator.unit(), generator.unit())
            let metrics = (0..<12).map { _ in generator.unit() * 1_000 as Double? }
            return Sample(
                trial: 1, number: Int64(number), slot: number % 16, episode: Int64(number), step: 0, action: action,
                observation: Observation(), evaluation: Evaluation(metrics: metrics),
                score: Score(reward: generator.unit(), violation: 0), truncated: false, isCached: false,
                seconds: generator.unit(), at: Double(number) * 0.01)
        }
    }
}

private func logTime(_ samples: [Sample], batch: Int, file: String) throws -> Double {
    let log = try SampleLog(path: file, mode: .write)
    defer { log.close() }
    _ = try log.open(TrialDescription(study: "benchmark", label: "1"), spec: LogFixture.spec)
    let batches = stride(from: 0, to: samples.count, by: batch).map { Array(samples[$0..<$0 + batch]) }
    return try Measurement.threadSeconds {
        for batch in batches { try log.append(batch) }
    }
}

private func readTime(_ samples: [Sample], file: String) throws -> Double {
    let log = try SampleLog(path: file, mode: .write)
    defer { log.close() }
    _ = try log.open(TrialDescription(study: "benchmark", label: "1"), spec: LogFixture.spec)
    try log.append(samples)
    let rounds = try (0..<5).map { _ in
        try Measurement.threadSeconds {
            for first in stride(from: 0, to: samples.count, by: 1_000) {
                let page = try log.samples(of: 1, from: Int64(first), limit: 1_000)
                precondition(page.last == samples[first + 999], "the log gave back something else")
            }
        }
    }
    return rounds.min() ?? 0
}

/// One raw connection with one prepared statement per table.
private final class RawWriter {
    private var connection: OpaquePointer?
    private var statements: [OpaquePointer?] = []

    /// Makes the table of another log in a new file.
    init(_ file: String, like log: String) throws {
        sqlite3_open_v2(file, &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nil)
        for sql in [
            "ATTACH '\(log)' AS log", "PRAGMA main.journal_mode = WAL", "PRAGMA main.synchronous = NORMAL",
        ] { sqlite3_exec(connection, sql, nil, nil, nil) }
        let creation = try text("SELECT sql FROM log.sqlite_master WHERE type = 'table' AND name LIKE 'benchmark-v0#%'")
        let table = try text("SELECT table_name FROM log.spaces")
        sqlite3_exec(connection, creation, nil, nil, nil)
        sqlite3_exec(connection, "DETACH log", nil, nil, nil)
        let places = [String](repeating: "?", count: 42).joined(separator: ",")
        statements = ["BEGIN IMMEDIATE", "COMMIT", "INSERT INTO \"\(table)\" VALUES (\(places))"].map(prepare)
    }

    deinit {
        for statement in statements { sqlite3_finalize(statement) }
        sqlite3_close(connection)
    }

    private func prepare(_ sql: String) -> OpaquePointer? {
        var statement: OpaquePointer?
        sqlite3_prepare_v2(connection, sql, -1, &statement, nil)
        return statement
    }

    private func text(_ sql: String) throws -> String {
        let statement = prepare(sql)
        defer { sqlite3_finalize(statement) }
        guard sqlite3_step(statement) == SQLITE_ROW, let text = sqlite3_column_text(statement, 0) else {
            throw GymError(.internal, "the raw benchmark has no table to copy: \(sql)")
        }
        return String(cString: text)
    }

    /// Runs one of the statements: 0 begins, 1 commits, 2 inserts.
    func run(_ index: Int) throws {
        let result = sqlite3_step(statements[index])
        sqlite3_reset(statements[index])
        guard result == SQLITE_DONE else {
            throw GymError(.internal, "the raw benchmark failed: \(String(cString: sqlite3_errmsg(connection)))")
        }
    }

    var insertion: OpaquePointer? { statements[2] }
}

/// A row without Swift's types: what a program in C would hold.
private struct RawRow {
    let integers: [Int64]
    let reals: [Double]
    let words: [Int]

    init(_ sample: Sample) {
        integers =
            [sample.trial, sample.number, Int64(sample.slot), sample.episode, Int64(sample.step)]
            + sample.action[4..<8].map { Int64($0) }
        reals =
            [sample.score.reward ?? 0, sample.score.violation, sample.seconds, sample.at] + sample.action[8...]
            + sample.evaluation.metrics.compactMap(\.self)
        words = sample.action[..<4].map { Int($0) }
    }
}

private func rawTime(_ samples: [Sample], batch: Int, file: String, like log: String) throws -> Double {
    let writer = try RawWriter(file, like: log)
    let rows = samples.map(RawRow.init)
    let words = (LogFixture.words + ["ok", "model"]).map { (strdup($0), Int32($0.utf8.count)) }
    defer { for word in words { free(word.0) } }
    return try Measurement.threadSeconds {
        for first in stride(from: 0, to: rows.count, by: batch) {
            try writer.run(0)
            for index in first..<first + batch {
                bind(rows[index], to: writer.insertion, words)
                try writer.run(2)
            }
            try writer.run(1)
        }
    }
}

private func bind(_ row: RawRow, to statement: OpaquePointer?, _ words: [(UnsafeMutablePointer<CChar>?, Int32)]) {
    for place in 0..<5 { sqlite3_bind_int64(statement, Int32(place + 1), row.integers[place]) }
    for place in 0..<2 { sqlite3_bind_double(statement, Int32(place + 6), row.reals[place]) }
    sqlite3_bind_int64(statement, 8, 1)
    sqlite3_bind_int64(statement, 9, 0)
    sqlite3_bind_text(statement, 10, words[4].0, words[4].1, nil)
    sqlite3_bind_null(statement, 11)
    sqlite3_bind_int64(statement, 12, 0)
    sqlite3_bind_text(statement, 13, words[5].0, words[5].1, nil)
    for place in 0..<2 { sqlite3_bind_double(statement, Int32(place + 14), row.reals[place + 2]) }
    for place in 16..<21 { sqlite3_bind_null(statement, Int32(place)) }
    for place in 0..<4 {
        let word = words[row.words[place]]
        sqlite3_bind_text(statement, Int32(place + 21), word.0, word.1, nil)
    }
    for place in 0..<4 { sqlite3_bind_int64(statement, Int32(place + 25), row.integers[place + 5]) }
    for place in 0..<14 { sqlite3_bind_double(statement, Int32(place + 29), row.reals[place + 4]) }
}
