import Exchange
import Foundation
import Gym
import Relay
import Samples

/// What a benchmark in another language measures against: the null model behind a broker, or the bare relay, each as a
/// process of its own. `Benchmarks/python` starts them.
enum Counterpart {
    /// Serves what `relay ENDPOINT TRIPS` or `serve ENDPOINT` asks for; false where the arguments ask for neither.
    static func serve(_ arguments: [String]) throws -> Bool {
        switch (arguments.first, arguments.count) {
        case ("relay", 3): try relay(arguments[1], trips: Int32(arguments[2]) ?? 0)
        case ("serve", 2): try broker(arguments[1])
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
}
