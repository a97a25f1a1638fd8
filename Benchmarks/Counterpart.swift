import Exchange
import Foundation
import Gym
import Relay
import Samples
import Synchronization

/// What a benchmark in another process measures against: the null model behind a broker, the bare relay, or an outside
/// worker. `Benchmarks/python` and the section on workers start them.
enum Counterpart {
    /// Serves what `relay ENDPOINT TRIPS`, `serve ENDPOINT` or `work ENDPOINT CAPACITY` asks for; false where the
    /// arguments ask for none of these.
    static func serve(_ arguments: [String]) throws -> Bool {
        switch (arguments.first, arguments.count) {
        case ("relay", 3): try relay(arguments[1], trips: Int32(arguments[2]) ?? 0)
        case ("serve", 2): try broker(arguments[1])
        case ("work", 3): try work(arguments[1], capacity: Int(arguments[2]) ?? 1)
        default: return false
        }
        return true
    }

    /// The relay answers with as many bytes as a step of the null model has, and first says how many it takes.
    private static func relay(_ endpoint: String, trips: Int32) throws {
        print(StepBenchmark.requestBytes, StepBenchmark.replyBytes)
        fflush(nil)
        try Measurement.inFolder { folder in
            let log = folder.appending(path: "relay.db").path
            guard relay_serve(endpoint, log, 36, Int32(StepBenchmark.replyBytes), trips) == 0 else {
                throw GymError(.internal, "the relay did not start")
            }
        }
    }

    /// The null model until standard input ends.
    private static func broker(_ endpoint: String) throws {
        try Measurement.inFolder { folder in
            let log = try SampleLog(path: folder.appending(path: "steps.db").path, mode: .write)
            defer { log.close() }
            let broker = try Broker(
                Broker.Configuration(environments: [Null.entry]), sink: log, endpoints: [endpoint])
            defer { broker.stop() }
            print("ready")
            fflush(nil)
            while readLine() != nil {}
        }
    }

    /// A worker that offers the null model and the napping one until standard input ends.
    private static func work(_ endpoint: String, capacity: Int) throws {
        let isOver = Flag()
        let reader = Thread {
            while readLine() != nil {}
            isOver.raise()
        }
        reader.start()
        var configuration = Worker.Configuration(environments: [Null.entry, Nap.entry])
        configuration.capacity = capacity
        try Worker(configuration, endpoint: endpoint).run { isOver.isRaised }
    }
}

/// What one thread tells another, once.
private final class Flag: Sendable {
    private let state = Atomic(false)
    var isRaised: Bool { state.load(ordering: .relaxed) }
    func raise() { state.store(true, ordering: .relaxed) }
}
