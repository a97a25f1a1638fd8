import Environments
import Foundation
import Gym
import Synchronization

/// How fast the DRAM controller is: requests per second of simulation, whole evaluations, and all cores at once.
enum DRAMBenchmark {
    private static let traces: [GeneratedWorkload] = [.stream, .random, .mixed, .idle, .conflict]
    private static let rounds = 5

    /// The default design of DDR4-2400 on the five traces, in thread CPU time, the best of five.
    static func run() throws -> [String] {
        var lines = ["DDR4-2400, default design, thread CPU time, best of \(rounds)"]
        lines.append("trace      200,000 requests        an evaluation of 20,000")
        var (product, slowest) = (1.0, Double.infinity)
        for workload in traces {
            let long = try seconds(workload, requests: 200_000)
            let short = try seconds(workload, requests: 20_000)
            product *= 200_000 / long
            slowest = min(slowest, 200_000 / long)
            let name = workload.rawValue.padding(toLength: 9, withPad: " ", startingAt: 0)
            lines.append(
                String(
                    format: "%@ %6.2f M requests/s   %8.2f ms, %6.1f /s", name, 0.2 / long, short * 1e3, 1 / short))
        }
        let mean = pow(product, 1 / Double(traces.count))
        lines.append(String(format: "geometric mean %.2f M requests/s, slowest %.2f M", mean / 1e6, slowest / 1e6))
        return lines + (try scaling())
    }

    private static func model(_ workload: GeneratedWorkload, requests: Int) throws -> DRAMController {
        let options = try Options([:], declared: DRAMController.datasheet.options)
        return try DRAMController(options, requests: workload.trace(requests: requests))
    }

    private static func seconds(_ workload: GeneratedWorkload, requests: Int) throws -> Double {
        let model = try model(workload, requests: requests)
        guard let action = model.spec.actionSpace.defaultAction else { return .nan }
        var best = Double.infinity
        for _ in 0..<rounds {
            best = min(best, try Measurement.threadSeconds { _ = try model.evaluate(action, deadline: .none) })
        }
        return best
    }

    /// The same 200 random designs on one thread and on every core, which share one decoded trace.
    private static func scaling() throws -> [String] {
        let model = try model(.mixed, requests: 20_000)
        var generator = Generator(seed: 1, "designs")
        let designs = try (0..<200).map { _ in try model.spec.actionSpace.sample(&generator) }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        var times: [Double] = []
        for threads in [1, cores] {
            let wall = (0..<3).map { _ in Measurement.wallSeconds { evaluate(designs, model, threads: threads) } }
            times.append(wall.min() ?? .nan)
        }
        return [
            String(
                format: "200 random designs on mixed (20,000): %.0f /s on 1 thread, %.0f /s on %d, %.2f times",
                200 / times[0], 200 / times[1], cores, times[0] / times[1])
        ]
    }

    private static func evaluate(_ designs: [Action], _ model: DRAMController, threads: Int) {
        let next = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            while true {
                let place = next.withLock { place in
                    defer { place += 1 }
                    return place
                }
                guard place < designs.count else { return }
                let result = try? model.evaluate(designs[place], deadline: .none)
                precondition(result?.status == .ok, "a design failed")
            }
        }
    }
}
