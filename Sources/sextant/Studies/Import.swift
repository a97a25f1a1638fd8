import Agents
import ArgumentParser
import Environments
import Foundation
import Gym
import Samples
import Studies

/// `sextant import`: other tools' tables as a study.
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring another tool's CSV tables into the log as a study.",
        discussion: """
            A mapping says which column is what, and in which unit. Without one, \
            the command prints a draft for the tables, to be corrected:
              sextant import runs.csv > mapping.yaml
              sextant import runs.csv --mapping mapping.yaml

            For an environment of Sextant, columns are found by the names of its \
            parameters; rows of a status that is not ok are failed samples, and \
            trial names the columns that tell trials apart:
              environment: { id: dram-controller-v0, workload: stream }
              metrics: { total_time: { column: total_time_ns, unit: ns } }
              status: { column: status, ok: ok }
              trial: seed

            For one that only the table knows, domains are what the columns hold \
            unless they are written:
              environment: my-cache-v0
              parameters:
                sets: { column: Sets, values: [16, 64, 256], scale: log2 }
                ways: Ways
              metrics: { latency: { column: lat, unit: ns, positive: true } }
              objective: { minimize: latency }

            Further keys: study, agent, seconds (a column), rename (words of a \
            column that go by another name), unit_column (a unit row by row), \
            format: archgym (a reward, {…} and […] without a header).
            """)

    @Argument(help: ArgumentHelp("Tables with the same columns.", valueName: "file"))
    var files: [String]

    @Option(help: ArgumentHelp("Which column is what, a YAML file.", valueName: "file"))
    var mapping: String?

    @Option(help: ArgumentHelp("The study's name (default: the mapping's, else the first file's).", valueName: "name"))
    var `as`: String?

    @OptionGroup var log: LogOptions

    func run() throws {
        let catalogs = Catalogs(environments: EnvironmentCatalog.entries, agents: AgentCatalog.entries)
        guard let mapping else {
            Terminal.put(try TableDraft(files).text(catalogs: catalogs).trimmingCharacters(in: .newlines))
            Terminal.say(" A draft: correct it, save it, and name it with --mapping\n")
            return
        }
        let table = try TableMapping.read(mapping, tables: files, study: `as`, catalogs: catalogs)
        // Every row is looked at first, so that a table with a fault leaves nothing behind.
        let survey = try TableImport(table).survey()
        let samples = try log.writing()
        defer { samples.close() }
        try makeRoom(for: table.study, in: samples)
        let origin = "\(Import.mark) from \(files.joined(separator: ", "))\n"
        try samples.begin(
            study: table.study, manifest: origin + table.text, versions: Fingerprint.versions, host: Fingerprint.host)
        do {
            var intake = try Intake(table, survey, into: samples)
            Terminal.say(text(table, survey, failed: try intake.run()))
        } catch {
            try? samples.remove(study: table.study)
            throw error
        }
    }

    /// Throws where a study of this name is there; an import of it that was killed is removed, to be done whole.
    private func makeRoom(for study: String, in samples: SampleLog) throws {
        guard try samples.studies().contains(where: { $0.name == study }) else { return }
        let isWhole = try samples.trials(of: study).allSatisfy { $0.status == .finished }
        guard try samples.manifest(of: study).hasPrefix(Import.mark), !isWhole else {
            throw GymError(
                .badInput, "the study '\(study)' is in \(log.log) already",
                hint: "add --as NAME, or remove it: sextant studies remove \(study)")
        }
        try samples.remove(study: study)
        Terminal.say(" Removed what an import of \(study) left that did not come to its end\n")
    }

    /// How the manifest of an imported study begins in the log.
    static let mark = "# imported"

    private func text(_ table: TableMapping, _ survey: TableImport.Survey, failed: Int) -> String {
        let trials = survey.trials.count == 1 ? "" : " of \(Figures.count(survey.trials.count)) trials"
        return " Imported \(Figures.count(survey.rows)) samples\(trials) of \(table.spec.id) as \(table.study)"
            + (failed > 0 ? ", \(Figures.count(failed)) of them failed" : "") + "\n"
            + "   sextant studies \(table.study) --log \(log.log)\n"
    }
}

/// The rows of a table on their way into the log.
private struct Intake {
    /// How many rows are committed together.
    private static let pageSize = 1_000

    private struct OpenTrial {
        let number: Int64
        var count: Int64 = 0
        var seconds = 0.0
    }

    private let table: TableMapping
    private let log: SampleLog
    private let scorer: Scorer
    private var trials: [String: OpenTrial] = [:]
    private var page: [Sample] = []
    private var failed = 0

    /// Opens the trials.
    init(_ table: TableMapping, _ survey: TableImport.Survey, into log: SampleLog) throws {
        (self.table, self.log) = (table, log)
        let spec = TableImport(table).spec(survey)
        scorer = try Scorer(table.objective, spec: spec)
        for trial in survey.trials {
            let description = TrialDescription(
                study: table.study, label: trial.isEmpty ? table.agent : trial, agent: table.agent,
                options: table.options?.identity ?? "", objective: table.objective.text,
                budget: "\(survey.rows) rows of a table")
            trials[trial] = OpenTrial(number: try log.open(description, spec: spec).trial)
        }
    }

    /// Logs every row and returns how many are failed samples.
    mutating func run() throws -> Int {
        try TableImport(table).forEach { row in
            guard var trial = trials[row.trial] else {
                throw GymError(.badInput, "a table changed while it was read", hint: "import it again")
            }
            trial.seconds += row.seconds
            page.append(
                Sample(
                    trial: trial.number, number: trial.count, slot: 0, episode: trial.count, step: 0,
                    action: row.action, observation: Observation(), evaluation: row.evaluation,
                    score: scorer.score(row.evaluation, action: row.action), truncated: false, isCached: false,
                    fidelity: "imported", seconds: row.seconds, at: trial.seconds))
            if row.evaluation.status != .ok { failed += 1 }
            trial.count += 1
            trials[row.trial] = trial
            guard page.count == Intake.pageSize else { return }
            try log.append(page)
            page.removeAll(keepingCapacity: true)
        }
        try log.append(page)
        for trial in trials.values { try log.finish(trial: trial.number, status: .finished) }
        return failed
    }
}
