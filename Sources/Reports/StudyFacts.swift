import Gym
import Samples
import Studies

/// What the head of a page says of one study.
struct StudyFacts: Sendable {
    let study: String
    /// Name and value, as people read them.
    let entries: [(name: String, value: String)]
    /// The resolved manifest; empty where an outside client began the study.
    let manifest: String
    /// The command that makes the study again.
    let command: String

    init(_ study: String, record: StudyRecord, trials: [TrialSummary]) {
        self.study = study
        manifest = record.manifest
        command =
            record.manifest.isEmpty
            ? "" : "sextant run \(study).yaml --as \(study)-again"
        func distinct(_ value: (TrialSummary) -> String, limit: Int = 12) -> String {
            var seen: Set<String> = []
            let values = trials.map(value).filter { !$0.isEmpty && seen.insert($0).inserted }
            return values.prefix(limit).joined(separator: ", ")
                + (values.count > limit ? " and \(Figures.count(values.count - limit)) more" : "")
        }
        let statuses = Dictionary(grouping: trials, by: \.status.word).mapValues(\.count)
        let states = ["running", "finished", "stopped", "failed"].compactMap { word in
            statuses[word].map { "\(Figures.count($0)) \(word)" }
        }
        let samples = trials.reduce(0) { $0 + $1.samples }
        let seconds = trials.reduce(0) { $0 + $1.seconds }
        entries = [
            ("environment", distinct { $0.environment }),
            ("options", distinct { $0.description.options.replacing(";", with: ", ").replacing("=", with: " ") }),
            ("objective", distinct { $0.description.objective }), ("agents", distinct { $0.description.agent }),
            ("budget", distinct { $0.description.budget }),
            ("seeds", distinct({ "\($0.description.seed)" }, limit: 20)),
            ("batch", distinct { Figures.count($0.description.slots) }),
            (
                "trials",
                ([Figures.count(trials.count)] + states).joined(separator: ", ").replacing(
                    ", ", with: ": ", maxReplacements: 1)
            ),
            (
                "samples",
                "\(Figures.count(Int(samples))) in \(Figures.duration(seconds)) of search, all trials together"
            ),
            ("begun", record.created), ("versions", record.versions), ("host", record.host),
        ].filter { !$0.1.isEmpty }
    }
}
