import ArgumentParser
import Environments
import Exchange
import Foundation
import Gym
import Samples

/// `sextant serve`: a broker for outside agents.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve environments to outside agents over ZeroMQ.",
        discussion: """
            Every sample goes into the log. docs/protocol.md and Clients/python/examples show how to attach.

            Examples:
              sextant serve
              sextant serve dram-controller-v0 --agents ipc:///tmp/sextant --workloads traces
              sextant serve --keys keys --agents 'tcp://*:5755'
            """)

    @Argument(help: "The environments on offer (default: all).")
    var environments: [String] = []

    @Option(help: ArgumentHelp("Where agents connect; may be repeated.", valueName: "endpoint"))
    var agents: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where outside workers connect; may be repeated (default: tcp://127.0.0.1:5756; none beside --agents).",
            valueName: "endpoint"))
    var workers: [String] = []

    @Option(help: ArgumentHelp("A folder whose files may be named as workloads.", valueName: "folder"))
    var workloads: String?

    @Option(help: "How many threads evaluate (default: all cores).")
    var threads: Int?

    @Option(
        help: ArgumentHelp("Let only those in whose keys are in this folder (see: sextant keys).", valueName: "folder"))
    var keys: String?

    @Flag(help: "Allow endpoints that other machines reach, without keys.")
    var insecure = false

    @OptionGroup var log: LogOptions

    func run() throws {
        let entries = try Offers.entries(environments)
        var configuration = Broker.Configuration(environments: entries)
        configuration.workers = try Threads.count(threads)
        configuration.workloads = try workloads.map(WorkloadFolder.files) ?? [:]
        configuration.keys = try keys.map(Keyring.init(folder:))
        configuration.allowsNetwork = insecure
        configuration.name = "sextant \(Sextant.version)"
        configuration.onEvent = Terminal.event
        var samples: SampleLog?
        func open() throws -> SampleLog {
            let log = try log.writing()
            samples = log
            return log
        }
        let broker = try Broker(
            configuration, sink: try open(), endpoints: agents.isEmpty ? ["tcp://127.0.0.1:5755"] : agents,
            workerEndpoints: workers.isEmpty && agents.isEmpty ? ["tcp://127.0.0.1:5756"] : workers)
        Terminal.say(" Serving \(entries.map(\.datasheet.id).joined(separator: ", "))\n")
        for endpoint in broker.endpoints { Terminal.say("  agents   \(endpoint)\n") }
        for endpoint in broker.workerEndpoints { Terminal.say("  workers  \(endpoint)\n") }
        if let keyring = configuration.keys { Terminal.say("  keys     \(keyring.summary)\n") }
        Terminal.say("  log      \(log.log)\n")
        wait()
        broker.stop()
        samples?.close()
        Terminal.say(" Stopped; every acknowledged sample is in the log.\n")
        Sextant.leave(with: Interruption.exitCode)
    }

    /// Waits for the end; a server may run for weeks, so it tidies its memory now and then.
    private func wait() {
        var glances = 0
        while !Interruption.isRequested {
            Thread.sleep(forTimeInterval: 0.05)
            glances += 1
            if glances.isMultiple(of: 600) { FreedMemory.giveBack() }
        }
    }
}
