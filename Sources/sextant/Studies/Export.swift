import ArgumentParser
import Foundation
import Gym
import Samples

/// `sextant export`: the samples of a study for other tools.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write the samples of a study as CSV or JSON lines.")

    @Argument(help: "The study's name.")
    var study: String

    @Option(help: "csv or jsonl.")
    var format = "csv"

    @Option(name: .shortAndLong, help: ArgumentHelp("A file (default: standard output).", valueName: "file"))
    var output: String?

    @OptionGroup var log: LogOptions

    func run() throws {
        guard let form = SampleLog.ExportFormat(rawValue: format) else {
            throw GymError.unknown(.usage, "format", format, among: SampleLog.ExportFormat.allCases.map(\.rawValue))
        }
        let samples = try log.reading()
        defer { samples.close() }
        guard let output else {
            try samples.export(study, as: form) { Terminal.put(bytes: $0) }
            return
        }
        // Written beside and moved into place, so that a file of that name is whole or as it was.
        let draft = output + ".part"
        guard FileManager.default.createFile(atPath: draft, contents: nil),
            let handle = FileHandle(forWritingAtPath: draft)
        else { throw GymError(.usage, "'\(output)' can't be written") }
        do {
            try samples.export(study, as: form) { try handle.write(contentsOf: Data($0)) }
            try handle.close()
            guard rename(draft, output) == 0 else { throw GymError(.usage, "'\(output)' can't be written") }
        } catch {
            try? FileManager.default.removeItem(atPath: draft)
            throw error as? GymError ?? GymError(.usage, "'\(output)' can't be written: \(error.localizedDescription)")
        }
    }
}

/// `sextant merge`: logs of other machines brought home.
struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the samples of other logs into this one; nothing is lost or taken twice.")

    @Argument(help: "The logs to bring in.")
    var logs: [String]

    @OptionGroup var log: LogOptions

    func run() throws {
        // Looked at first, so that a name that is wrong leaves no new log behind.
        for other in logs { try SampleLog(path: other, mode: .read).close() }
        let samples = try log.writing()
        defer { samples.close() }
        for other in logs {
            let summary = try samples.merge(from: other)
            Terminal.say(
                " Merged \(other): \(summary.samples) samples, \(summary.added) new trials, "
                    + "\(summary.extended) extended, \(summary.skipped) known already\n")
        }
    }
}
