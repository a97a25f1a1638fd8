import ArgumentParser
import Gym
import Samples
import Studies

/// `sextant studies`: what is in the log.
struct Studies: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the studies in the log, or the trials of one.",
        subcommands: [Show.self, Remove.self, Compact.self], defaultSubcommand: Show.self)

    /// `sextant studies [STUDY]`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List studies, or the trials of one (the default).")

        @Argument(help: "The study's name.")
        var study: String?

        @Flag(help: "One JSON object per study or trial.")
        var json = false

        @OptionGroup var log: LogOptions

        func run() throws {
            let samples = try log.reading()
            defer { samples.close() }
            guard let study else {
                let studies = try samples.studies()
                return json
                    ? studies.forEach { Terminal.put($0.json.line) }
                    : Terminal.put(StudyTable.text(studies, log: log.log))
            }
            let trials = try samples.trials(of: study)
            let view = try trials.map { ($0, try samples.spec(of: $0.number)) }
            if json {
                for (trial, spec) in view { Terminal.put(trial.json(spec).line) }
            } else {
                Terminal.put(StudyTable.text(view, study: study))
            }
        }
    }

    /// `sextant studies remove STUDY`.
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a study and its samples from the log.")

        @Argument(help: "The study's name.")
        var study: String

        @OptionGroup var log: LogOptions

        func run() throws {
            _ = try log.reading().trials(of: study)
            let samples = try log.writing()
            defer { samples.close() }
            try samples.remove(study: study)
            Terminal.say(" Removed \(study). The file keeps its size until: sextant studies compact --log \(log.log)\n")
        }
    }

    /// `sextant studies compact`.
    struct Compact: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give the disk back what removed studies took.")

        @OptionGroup var log: LogOptions

        func run() throws {
            _ = try log.reading()
            let samples = try log.writing()
            defer { samples.close() }
            try samples.compact()
        }
    }
}
