import Gym
import Samples
import Studies

/// Studies and trials of a log as tables.
enum StudyTable {
    /// The studies, a row each.
    static func text(_ studies: [StudySummary], log: String) -> String {
        guard !studies.isEmpty else { return "  \(log) holds no studies.\n" }
        let columns = [
            Table.Column("study"), Table.Column("environments"), Table.Column("agents"), Table.Column("trials", .right),
            Table.Column("samples", .right), Table.Column("state"), Table.Column("begun"),
        ]
        let rows = studies.map { study in
            [
                study.name, study.environments.joined(separator: ", "), study.agents.joined(separator: ", "),
                Figures.count(study.trials), Figures.count(Int(study.samples)), study.status.text, study.created,
            ]
        }
        return Table(columns, rows: rows).text + "\n  sextant studies STUDY shows the trials of one.\n"
    }

    /// The trials of a study, a row each, and the best design of all.
    static func text(_ trials: [(TrialSummary, EnvironmentSpec)], study: String) -> String {
        let columns = [
            Table.Column("trial"), Table.Column("agent"), Table.Column("seed", .right), Table.Column("samples", .right),
            Table.Column("infeasible", .right), Table.Column("failed", .right), Table.Column("best"),
            Table.Column("found at", .right), Table.Column("state"),
        ]
        let rows = trials.map { trial, spec in
            [
                trial.description.label, trial.description.agent, "\(trial.description.seed)",
                Figures.count(Int(trial.samples)), Figures.count(Int(trial.infeasible)),
                Figures.count(Int(trial.failed)),
                headline(trial, spec), trial.best.map { "#\($0.number)" } ?? "–", trial.status.text,
            ]
        }
        return Table(columns, rows: rows).text
    }

    /// The metrics that the trial's objective names, of its best sample.
    private static func headline(_ trial: TrialSummary, _ spec: EnvironmentSpec) -> String {
        guard let best = trial.best else { return "–" }
        let words = Set(
            trial.description.objective.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
        let named = zip(spec.metrics, best.evaluation.metrics).filter { words.contains($0.0.name) }
        return named.map { metric, value in
            "\(metric.name) " + (value.map { Figures.quantity($0, unit: metric.unit) } ?? "–")
        }.joined(separator: ", ")
    }
}

extension TrialStatus {
    /// The status as a person reads it.
    var text: String {
        switch self {
        case .running: "running"
        case .finished: "finished"
        case .stopped: "stopped"
        case .failed(let reason): "failed: \(reason)"
        }
    }
}

extension StudySummary {
    /// The study for a program to read.
    var json: JSONText {
        .object([
            "study": .text(name), "created": .text(created), "environments": .list(environments.map(JSONText.text)),
            "agents": .list(agents.map(JSONText.text)), "trials": .number(Double(trials)),
            "samples": .number(Double(samples)), "status": .text(status.text),
        ])
    }
}

extension TrialSummary {
    /// The trial for a program to read.
    func json(_ spec: EnvironmentSpec) -> JSONText {
        let best = best.map { best -> JSONText in
            .object([
                "sample": .number(Double(best.number)), "action": JSONText(best.action, of: spec.actionSpace),
                "metrics": JSONText(best.evaluation.metrics, of: spec.metrics),
                "reward": JSONText(best.score.reward), "violation": .number(best.score.violation),
            ])
        }
        return .object([
            "study": .text(description.study), "trial": .text(description.label), "agent": .text(description.agent),
            "settings": .text(description.settings), "seed": .text("\(description.seed)"),
            "environment": .text(environment), "options": .text(description.options),
            "objective": .text(description.objective), "budget": .text(description.budget),
            "samples": .number(Double(samples)), "evaluated": .number(Double(evaluated)),
            "infeasible": .number(Double(infeasible)), "failed": .number(Double(failed)),
            "seconds": .number(seconds), "status": .text(status.text), "best": best ?? .null,
        ])
    }
}
