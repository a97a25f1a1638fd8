import ArgumentParser
import Samples

/// The option that names the log.
struct LogOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The log of samples.", valueName: "file"))
    var log = "sextant.db"

    /// The log, to be read.
    func reading() throws -> SampleLog { try SampleLog(path: log, mode: .read) }

    /// The log, to be written; made where there is none.
    func writing() throws -> SampleLog { try SampleLog(path: log, mode: .write) }
}
