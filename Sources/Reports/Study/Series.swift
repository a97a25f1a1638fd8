import Gym
import Samples

/// What is drawn as one curve or one row: trials that are pooled.
struct Series: Sendable, Hashable {
    /// What the legend says.
    let name: String
    /// Whether it is random search, the control.
    let isRandom: Bool
}

/// Decides which trials are pooled, so that a legend can still be read.
struct SeriesNames {
    /// With more settings than this, all of an agent's are pooled.
    private static let limit = 10
    private let names: [String: Series]

    /// `contenders` says who each trial of a lottery belongs to, by study and label.
    init(_ trials: [StudyTrial], contenders: [String: String]) {
        let hasStudies = Set(trials.map(\.study)).count > 1
        func entry(_ trial: StudyTrial, _ own: String) -> Series {
            Series(
                name: hasStudies ? "\(trial.study): \(own)" : own, isRandom: trial.summary.description.agent == "random"
            )
        }
        let isLottery = trials.contains { contenders[$0.key] != nil }
        let groups = Set(trials.map { entry($0, $0.group) })
        let isPooled = isLottery || groups.count > Self.limit
        var names: [String: Series] = [:]
        for trial in trials {
            let agent = trial.summary.description.agent
            let pooled = contenders[trial.key] ?? (agent.isEmpty ? trial.group : agent)
            names[trial.key] = entry(trial, isPooled ? pooled : trial.group)
        }
        self.names = names
    }

    /// The series of a trial.
    func series(of trial: StudyTrial) -> Series { names[trial.key] ?? Series(name: trial.group, isRandom: false) }

    /// All series in the order of their first trials, random search last.
    func all(of trials: [StudyTrial]) -> [Series] {
        var seen: Set<Series> = []
        let found = trials.map(series).filter { seen.insert($0).inserted }
        return found.filter { !$0.isRandom } + found.filter(\.isRandom)
    }
}

/// A trial with the study that it belongs to.
struct StudyTrial: Sendable {
    /// What the log says of it.
    let summary: TrialSummary

    var study: String { summary.description.study }
    /// Unique in a report.
    var key: String { StudyTrial.key(study, summary.description.label) }
    /// The label without its seed: what is equal in all seeds of one setting.
    var group: String {
        let (label, ending) = (summary.description.label, "-s\(summary.description.seed)")
        return label.hasSuffix(ending) && label.count > ending.count ? String(label.dropLast(ending.count)) : label
    }
    /// Whether it will not go on by itself: what it found by its end stands for any larger number of samples.
    var isOver: Bool {
        switch summary.status {
        case .finished, .failed: true
        case .running, .stopped: false
        }
    }

    static func key(_ study: String, _ label: String) -> String { "\(study)\u{0}\(label)" }
}
