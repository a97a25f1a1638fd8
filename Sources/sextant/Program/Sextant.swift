import ArgumentParser
import Environments
import Files
import Foundation
import Gym
import Samples

/// The program: finds the command, runs it, and turns whatever goes wrong into a sentence and an exit code.
@main
struct Sextant: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "sextant",
        abstract: "A gym for hardware design-space exploration: cost models, search agents, and a log of every sample.",
        discussion: """
            Begin with:
              sextant envs                                 what can be searched
              sextant run Experiments/quickstart.yaml      a first study
              sextant evaluate dram-controller-v0          one design
            """,
        version: "sextant \(version)",
        subcommands: [
            Run.self, Lottery.self, Evaluate.self, Serve.self, Work.self, Attach.self, Envs.self, Agents.self,
            Studies.self, ReportCommand.self, Export.self, Import.self, Merge.self, Replay.self,
            TimelineCommand.self, ProxyCommand.self, Trace.self, Keys.self, Doctor.self,
        ])

    static func main() {
        Interruption.watch()
        Synthesizer.useDatabases { try TransitionLog(path: $0, version: $1) }
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            try guessCommand(arguments)
            var command = try parseAsRoot(arguments)
            try command.run()
        } catch let error as GymError {
            Terminal.say(ErrorText.render(error, isColoured: Terminal.isColoured))
            leave(with: error.code.exitCode)
        } catch {
            let code = exitCode(for: error)
            guard !code.isSuccess else { exit(withError: error) }
            // The parser's own errors begin like every other one.
            Terminal.say("error: \(fullMessage(for: error).trimmingPrefix("Error: "))\n")
            leave(with: code.rawValue)
        }
    }

    /// Ends the program. Everything acknowledged is in the log; what other threads are at is not waited for.
    static func leave(with code: Int32) -> Never {
        Synthesizer.endAll()
        Terminal.flush()
        _exit(code)
    }

    /// A mistyped command gets a guess rather than a page of usage.
    private static func guessCommand(
        _ arguments: [String], of command: any ParsableCommand.Type = Sextant.self
    ) throws {
        let commands = command.configuration.subcommands
        guard let first = arguments.first, !first.hasPrefix("-"), !commands.isEmpty, first != "help" else { return }
        // Where a subcommand is the default, the word may be its argument.
        guard command.configuration.defaultSubcommand == nil else { return }
        if let next = commands.first(where: { $0._commandName == first }) {
            return try guessCommand(Array(arguments.dropFirst()), of: next)
        }
        let names = commands.map { $0._commandName } + ["help"]
        throw GymError.unknown(.usage, "command", first, among: names, hint: "sextant --help lists them")
    }
}
