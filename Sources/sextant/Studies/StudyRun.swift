import Environments
import Exchange
import Foundation
import Gym
import Samples
import Studies

/// One run of a plan: log, broker, clients and progress put together.
struct StudyRun {
    /// How long trials have to come to the end of their batch once the program was asked to stop.
    private static let graceSeconds = 1.0

    let plan: Plan
    let venue: Venue
    /// Where the samples go; nil where a broker elsewhere sees to that.
    let logPath: String?
    let isResuming: Bool
    /// The command that goes on with this run.
    let command: String

    /// Runs what is missing of the study.
    ///
    /// - Throws: `GymError`: a study that exists and is not to be resumed, or what no trial could go on with.
    func run() throws -> (outcomes: [Runner.Outcome], text: String) {
        let log = try logPath.flatMap { try venue.log?.open($0) }
        defer { venue.close() }
        let earlier = try log.map(earlierTrials) ?? [:]
        let (warmStart, transfer) = (try WarmStart(plan, log: log), try Transfer(plan, log: log))
        try log?.begin(
            study: plan.study, manifest: plan.resolved, versions: Fingerprint.versions, host: Fingerprint.host)
        announce(earlier)
        let start = ContinuousClock.now
        let clock: @Sendable () -> Double = { (ContinuousClock.now - start) / .seconds(1) }
        let board = ProgressBoard(plan)
        var printer = ProgressPrinter(board, output: { Terminal.progress }, clock: clock, write: Terminal.say)
        let runner = Runner(
            plan, width: venue.threads, clock: clock, isStopped: { Interruption.isRequested },
            open: { try open($0, earlier[$0.label], warmStart, transfer, log) })
        var asked: Double?
        let outcomes = try runner.run(board: board) {
            printer.tick()
            guard Interruption.isRequested else { return }
            asked = asked ?? clock()
            // An evaluation that takes longer is dropped: it was not acknowledged, so nothing is lost.
            if let asked, clock() - asked > StudyRun.graceSeconds { interrupted(board.snapshot().samples, &printer) }
        }
        printer.finish()
        if Interruption.isRequested { interrupted(board.snapshot().samples, &printer) }
        let summary = Summary(plan, outcomes: outcomes, seconds: clock())
        return (outcomes, summary.text(log: logPath ?? venue.text, next: next))
    }

    private var next: [String] {
        guard let logPath else { return [] }
        return [
            "sextant studies \(plan.study) --log \(logPath)", "sextant report \(plan.study) --log \(logPath)",
            "sextant replay \(plan.study) --best --log \(logPath)",
            "sextant export \(plan.study) --log \(logPath)",
        ]
    }

    /// The trials that the log has of this study, by label.
    private func earlierTrials(_ log: SampleLog) throws -> [String: TrialSummary] {
        guard try log.studies().contains(where: { $0.name == plan.study }) else { return [:] }
        guard isResuming else {
            throw GymError(
                .badInput, "the study '\(plan.study)' is in \(logPath ?? "") already",
                hint: "add --resume to go on with it, or --as NAME to begin another")
        }
        return Dictionary(
            try log.trials(of: plan.study).map { ($0.description.label, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func announce(_ earlier: [String: TrialSummary]) {
        let environments = Set(plan.trials.map(\.cell.environment.datasheet.id)).sorted().joined(separator: ", ")
        let trials = "\(Figures.count(plan.trials.count)) trial\(plan.trials.count == 1 ? "" : "s")"
        Terminal.say("    Study \(plan.study) · \(environments) · \(trials) · \(venue.text)\n")
        let logged = earlier.values.reduce(0) { $0 + Int($1.samples) }
        if logged > 0 { Terminal.say(" Resuming \(Figures.count(logged)) samples from \(logPath ?? "")\n") }
    }

    @Sendable private func open(
        _ trial: Trial, _ earlier: TrialSummary?, _ warmStart: WarmStart, _ transfer: Transfer, _ log: SampleLog?
    ) throws -> Runner.Opening {
        let session = try venue.client().make(
            trial.cell.environment.datasheet.id, options: trial.cell.options.values, objective: trial.cell.objective,
            trial: trial.description(resumption: isResuming ? .replay : .fresh),
            deadlineSeconds: trial.cell.timeout ?? 0)
        let isOver = earlier?.status == .finished && trial.cell.budget.minutes != nil
        return Runner.Opening(
            session,
            history: Driver.History(
                samples: Int(session.logged), seconds: earlier?.seconds ?? 0, endedByClock: isOver),
            warmth: warmStart.samples(for: trial.cell), precedents: try transfer.precedents(for: trial.cell),
            notebook: try notebook(of: trial, log))
    }

    /// A broker elsewhere keeps no notes: there a trial is resumed by asking again in full.
    private func notebook(of trial: Trial, _ log: SampleLog?) throws -> Notebook? {
        guard let log, trial.cell.agent.takesNotes,
            let number = try log.number(ofTrial: trial.label, in: trial.study)
        else { return nil }
        return Notebook(
            find: { try log.note(of: number, at: $0) }, keep: { try log.keep(note: $1, of: number, at: $0) })
    }

    private func interrupted(_ samples: Int, _ printer: inout ProgressPrinter) -> Never {
        printer.finish()
        Terminal.say(" Stopped after \(Figures.count(samples)) samples; all are in the log.\n  resume  \(command)\n")
        Sextant.leave(with: Interruption.exitCode)
    }

    /// One JSON object per trial, then one per table of a lottery.
    func lines(_ outcomes: [Runner.Outcome]) -> String {
        let trials = zip(plan.trials, outcomes).map { trial, outcome in
            var fields: [String: JSONText] = [
                "study": .text(plan.study), "trial": .text(trial.label), "agent": .text(trial.cell.agent.name),
                "seed": .number(Double(trial.seed)), "environment": .text(trial.cell.environment.datasheet.id),
                "log": JSONText(logPath),
            ]
            switch outcome {
            case .finished(let result):
                fields["status"] = .text(result.ending.rawValue)
                fields["samples"] = .number(Double(result.tally.samples))
                fields["cached"] = .number(Double(result.tally.cached))
                fields["infeasible"] = .number(Double(result.tally.infeasible))
                fields["failed"] = .number(Double(result.tally.failed))
                fields["best"] = result.tally.best.map { best(in: trial, $0) } ?? .null
            case .failed(let error): (fields["status"], fields["reason"]) = (.text("failed"), .text(error.message))
            case .notBegun: fields["status"] = .text("stopped")
            }
            return JSONText.object(fields).line
        }
        return (trials + LotteryResult.all(of: plan, outcomes: outcomes).map(\.json.line)).joined(separator: "\n")
    }

    private func best(in trial: Trial, _ best: Best) -> JSONText {
        .object([
            "sample": .number(Double(best.sample)), "action": JSONText(best.action, of: trial.cell.spec.actionSpace),
            "metrics": JSONText(best.metrics, of: trial.cell.spec.metrics), "reward": JSONText(best.score.reward),
            "violation": .number(best.score.violation),
        ])
    }
}
