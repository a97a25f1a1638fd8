import ArgumentParser
import Environments
import Exchange
import Foundation
import Gym

/// `sextant work`: the program's environments, for a broker elsewhere.
struct Work: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluate for a broker elsewhere: `sextant serve` or `sextant run --listen`.",
        discussion: """
            It looks for the broker until it is there, and again after the broker was restarted. It may be killed at \
            any moment: another worker does what it was at.

            Examples:
              sextant work --to tcp://127.0.0.1:5756
              sextant work dram-controller-v0 --to ipc:///tmp/sextant-workers --threads 4 --workloads traces
            """)

    @Argument(help: "The environments on offer (default: all).")
    var environments: [String] = []

    @Option(help: ArgumentHelp("The broker's endpoint for workers.", valueName: "endpoint"))
    var to = "tcp://127.0.0.1:5756"

    @Option(help: ArgumentHelp("A folder with the workload files that the broker's users name.", valueName: "folder"))
    var workloads: String?

    @Option(help: "How many evaluations at once (default: all cores).")
    var threads: Int?

    @Option(help: "What the broker calls this worker (default: host and process).")
    var name: String?

    @OptionGroup var key: KeyOption

    func run() throws {
        var configuration = Worker.Configuration(environments: try Offers.entries(environments))
        configuration.capacity = try Threads.count(threads)
        configuration.workloads = try workloads.map(WorkloadFolder.files) ?? [:]
        configuration.name = name ?? "\(ProcessInfo.processInfo.hostName)/\(ProcessInfo.processInfo.processIdentifier)"
        configuration.onEvent = Terminal.event
        Terminal.say(" Offering \(configuration.environments.map(\.datasheet.id).joined(separator: ", "))\n")
        try work(configuration)
        Sextant.leave(with: Interruption.exitCode)
    }

    /// Works until interrupted. The socket is closed when this returns, and with that the farewell is sent.
    private func work(_ configuration: Worker.Configuration) throws {
        try Worker(configuration, endpoint: to, key: key.read()).run { Interruption.isRequested }
    }
}
