import ArgumentParser
import Environments
import Foundation
import Gym
import Samples

/// `sextant timeline`: what ran where in an episode, for Chrome's trace viewer.
struct TimelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Write what ran where in an episode as a trace for Chrome or Perfetto.",
        discussion: """
            Plays a logged episode of a SoC environment again, checks it against the log, and writes its tasks as \
            trace events: open the file in ui.perfetto.dev or chrome://tracing. An episode is TRIAL#NUMBER, of the \
            trial's first slot; without a number it is the last complete one. The same goes for report --episode, \
            which draws it.

            Examples:
              sextant timeline soc-scheduling ppo-s1 -o ppo.json
              sextant timeline soc-scheduling heuristic-s1#3
            """)

    @Argument(help: "The study's name.")
    var study: String

    @Argument(help: ArgumentHelp("The trial, and a number behind #.", valueName: "episode"))
    var episode: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The file; - is standard output.", valueName: "file"))
    var output = "-"

    @OptionGroup var log: LogOptions

    func run() throws {
        let samples = try log.reading()
        defer { samples.close() }
        let (title, schedule) = try EpisodeReplay(study: study, name: episode, samples: samples).schedule()
        guard output != "-" else {
            Terminal.put(schedule.chromeTrace)
            return
        }
        do { try Data(schedule.chromeTrace.utf8).write(to: URL(filePath: output), options: .atomic) } catch {
            throw GymError(.usage, "'\(output)' can't be written", hint: "name another file with -o")
        }
        Terminal.say(" Wrote \(output) · \(schedule.bars.count) tasks of \(title)\n")
    }
}
