import ArgumentParser
import Environments
import Foundation
import Gym

/// `sextant trace record`: runs a program under valgrind's lackey, and its accesses through caches.
struct TraceRecord: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Record what a program asks of the memory.",
        discussion: """
            The program runs under valgrind's lackey, some hundred times slower than by itself; its output is thrown \
            away. Its accesses pass through a first level of caches for instructions and data and a second level \
            behind both; what misses, and what is written back, is the trace. It ends with the program or at --requests.
            """)

    @Option(help: "At most so many requests.")
    var requests = 40_000

    @Option(help: ArgumentHelp("Size of each first-level cache, a power of two.", valueName: "KiB"))
    var firstLevel = 32

    @Option(help: ArgumentHelp("Size of the second-level cache, a power of two.", valueName: "KiB"))
    var secondLevel = 256

    @Option(help: "Memory clocks that one instruction takes.")
    var clocksPerInstruction = 0.5

    @OptionGroup var output: TraceOutput

    @Argument(
        parsing: .postTerminator, help: ArgumentHelp("The program and its arguments, after --.", valueName: "program"))
    var program: [String] = []

    func run() throws {
        guard let name = program.first else {
            throw GymError(.usage, "no program to record", hint: "sextant trace record -o sort.stl -- sort words.txt")
        }
        var filter = CacheFilter(try configuration())
        let limit = try TraceLimits.checked(requests)
        try Lackey.run(program) { line in
            filter.take(lackey: line)
            return filter.trace.count < limit && !Interruption.isRequested
        }
        if Interruption.isRequested { Sextant.leave(with: Interruption.exitCode) }
        guard filter.trace.count > 0 else {
            throw GymError(.badInput, "'\(name)' asked nothing of the memory", hint: "does it start by itself?")
        }
        let trace = filter.trace.prefix(limit)
        try output.write(trace)
        Terminal.say("\(trace.count) requests of \(filter.instructions) instructions\n")
    }

    private func configuration() throws -> CacheFilter.Configuration {
        for (name, size, least) in [("first-level", firstLevel, 1), ("second-level", secondLevel, 2)] {
            guard size.nonzeroBitCount == 1, (least...65_536).contains(size) else {
                throw GymError(.usage, "--\(name) is \(size), no power of two from \(least) to 65536", field: name)
            }
        }
        guard clocksPerInstruction > 0, clocksPerInstruction <= 1_000 else {
            throw GymError(.usage, "--clocks-per-instruction is \(clocksPerInstruction), not above 0 and at most 1000")
        }
        var configuration = CacheFilter.Configuration()
        (configuration.firstLevel, configuration.secondLevel) = (firstLevel, secondLevel)
        configuration.clocksPerInstruction = clocksPerInstruction
        return configuration
    }
}
