import Exchange
import Foundation
import Gym
import Relay
import Samples
import Wire

/// What a step through broker and log costs, beside bare libzmq and a relay in C over the same hops.
enum StepBenchmark {
    private static let trips = 4_000
    private static let rounds = 5
    /// What a step of the null model and its answer weigh on the wire.
    static let (requestBytes, replyBytes) = weights()

    private static func weights() -> (request: Int, reply: Int) {
        let action = (0..<10).map { Double($0 + 1) }
        let evaluation = Null().evaluate(action, deadline: .none)
        let step = Step(
            number: 1_000, observation: Observation(), finalObservation: Observation(),
            score: Score(reward: -0.1, violation: 0), truncated: false, evaluation: evaluation, isCached: false,
            seconds: 1e-6)
        let request = try? Request.step(.packed(action)).envelope(Header(.step, session: 1, sequence: 1_000))
        let reply = try? Reply.steps([step]).envelope(Header(.step, session: 1, sequence: 1_000), isPacked: true)
        return (request?.byteCount ?? 0, reply?.byteCount ?? 0)
    }

    /// The times of one way to make a trip: of each trip by the clock, and of all threads together.
    private struct Course {
        let name: String
        let run: (String) throws -> [Double]
        var rounds: [[Double]] = []
        var cpuMicroseconds = Double.infinity

        mutating func go(_ endpoint: String) throws {
            var times: [Double] = []
            let cpu = try Measurement.processSeconds { times = try run(endpoint) }
            rounds.append(times)
            cpuMicroseconds = min(cpuMicroseconds, cpu * 1e6 / Double(times.count))
        }

        func best(_ q: Double) -> Double { rounds.map { Measurement.quantile(q, of: $0) }.min() ?? 0 }

        /// The medians' ratio, the middle one of the rounds: both sides of it were measured within a second.
        func ratio(to other: Course) -> Double {
            let ratios = zip(rounds, other.rounds).map { mine, theirs in
                Measurement.quantile(0.5, of: mine) / Measurement.quantile(0.5, of: theirs)
            }
            return Measurement.quantile(0.5, of: ratios)
        }
    }

    /// One step at a time: median and 99th percentile of a trip, and the median's ratio to the ping-pong's. A machine
    /// that sleeps between messages is slower and more even than a busy one, so ratios are taken round by round.
    static func roundTrip() throws -> [String] {
        let weights = "\(requestBytes) B there and \(replyBytes) B back"
        var lines = ["one step at a time, \(weights), \(trips) trips, best of \(rounds) rounds"]
        for transport in ["inproc", "ipc"] {
            var courses = [
                Course(name: "REQ/REP ping-pong", run: pingPong), Course(name: "C relay with commit", run: relayed),
                Course(name: "sextant", run: stepped),
            ]
            for round in 0..<rounds {
                for index in courses.indices { try courses[index].go(endpoint(transport, "\(index)-\(round)")) }
            }
            for course in courses {
                lines.append(
                    String(
                        format: "  %@ %@ p50 %6.1f us  p99 %6.1f us  p50 ratio %.2f  CPU %6.1f us",
                        column(transport, 6),
                        column(course.name, 20), course.best(0.5), course.best(0.99), course.ratio(to: courses[0]),
                        course.cpuMicroseconds))
            }
        }
        return lines
    }

    private static func column(_ text: String, _ width: Int) -> String {
        text.padding(toLength: width, withPad: " ", startingAt: 0)
    }

    /// 256 slots at once: steps per second by the clock, and what each costs in CPU time of all threads.
    static func batch() throws -> [String] {
        let (slots, steps) = (256, 100)
        var (wall, cpu) = (Double.infinity, Double.infinity)
        for round in 0..<rounds {
            try withSession(endpoint("inproc", "batch\(round)"), slots: slots) { session in
                var generator = Generator(seed: UInt64(round))
                let batches = try (0..<steps).map { _ in
                    try (0..<slots).map { _ in try session.spec.actionSpace.sample(&generator) }
                }
                var elapsed = 0.0
                let spent = try Measurement.processSeconds {
                    elapsed = try Measurement.wallSeconds { for batch in batches { _ = try session.step(batch) } }
                }
                (wall, cpu) = (min(wall, elapsed), min(cpu, spent))
            }
        }
        let count = Double(slots * steps)
        return [
            String(
                format: "batches of %d steps of a null model: %.0f steps/s, %.2f us CPU a step, best of %d", slots,
                count / wall, cpu / count * 1e6, rounds)
        ]
    }

    private static func endpoint(_ transport: String, _ name: String) -> String {
        transport == "inproc" ? "inproc://\(name)" : "ipc://@sextant-benchmark-\(getpid())-\(name)"
    }

    private static func pingPong(_ endpoint: String) throws -> [Double] {
        var times = [Double](repeating: 0, count: trips)
        guard relay_ping_pong(endpoint, Int32(requestBytes), Int32(replyBytes), Int32(trips), &times) == 0 else {
            throw GymError(.internal, "the ping-pong baseline did not start")
        }
        return times
    }

    private static func relayed(_ endpoint: String) throws -> [Double] {
        try Measurement.inFolder { folder in
            var times = [Double](repeating: 0, count: trips)
            let log = folder.appending(path: "relay.db").path
            guard
                relay_with_log(endpoint, log, 36, Int32(requestBytes), Int32(replyBytes), Int32(trips), &times) == 0
            else { throw GymError(.internal, "the relay baseline did not start") }
            return times
        }
    }

    private static func stepped(_ endpoint: String) throws -> [Double] {
        var times = [Double](repeating: 0, count: trips)
        try withSession(endpoint, slots: 1) { session in
            var generator = Generator(seed: 1)
            for trip in 0..<trips {
                let action = try session.spec.actionSpace.sample(&generator)
                times[trip] = try Measurement.wallSeconds { _ = try session.step([action]) } * 1e6
            }
        }
        return times
    }

    private static func withSession(_ endpoint: String, slots: Int, _ body: (ClientSession) throws -> Void) throws {
        try Measurement.inFolder { folder in
            let log = try SampleLog(path: folder.appending(path: "steps.db").path, mode: .write)
            defer { log.close() }
            var configuration = Broker.Configuration(environments: [Null.entry])
            configuration.workers = 2
            let broker = try Broker(configuration, sink: log, endpoints: [endpoint])
            defer { broker.stop() }
            let client = try Client(endpoint: broker.endpoints[0], context: broker.context)
            let session = try client.make(
                "null-v0", trial: TrialDescription(study: "benchmark", label: "1", slots: slots))
            _ = try session.reset(seeds: [UInt64](repeating: 1, count: slots))
            try body(session)
            try session.close(.finished)
        }
    }
}
