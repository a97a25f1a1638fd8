import Foundation
import Gym
import Testing

extension Faults {
    @Suite("It does not matter who is there first")
    struct StartOrderTests {
        /// Who takes part.
        private enum Part: String, CaseIterable, Sendable { case broker, worker, agent, reader }

        /// All orders of some parts.
        private static func orders(_ parts: [Part]) -> [[Part]] {
            guard parts.count > 1 else { return [parts] }
            return parts.flatMap { first in orders(parts.filter { $0 != first }).map { [first] + $0 } }
        }

        @Test("broker, worker, agent and reader in all orders, up to two seconds apart: the same log")
        func orders() throws {
            var dice = Dice.generator("start orders")
            var plans = Self.orders(Part.allCases).map { order in
                (order, order.map { _ in Dice.isFull ? dice.draw(0..<2.0) : dice.draw(0..<1.0) })
            }
            #expect(plans.count == 24)
            if !Dice.isFull { plans = (0..<6).map { plans[4 * $0 + dice.below(4)] } }
            let settled = plans
            var logs: [LogContents] = []
            // Most of the time everybody only waits.
            for first in stride(from: 0, to: settled.count, by: 6) {
                logs += try together(min(6, settled.count - first)) {
                    try Self.play(settled[first + $0].0, gaps: settled[first + $0].1)
                }
            }
            for (log, plan) in zip(logs, settled) {
                #expect(log.differences(from: logs[0]) == [], "\(plan)")
                #expect(log.count == 60)
            }
        }

        private static func play(_ order: [Part], gaps: [Double]) throws -> LogContents {
            let place = try Place()
            var (serve, worker, agent): (Child?, Child?, Child?)
            for (part, gap) in zip(order, gaps) {
                switch part {
                case .broker: serve = try place.serve()
                case .worker:
                    worker = try Program.begin(
                        ["work", Survivor.environment, "--to", place.workers, "--threads", "1"], in: place.scratch)
                case .agent:
                    let words = ["attach", "genetic", "--to", place.agents, "--environment", Survivor.environment]
                    agent = try Program.begin(
                        words + ["--samples", "60", "--batch", "10", "--study", "orders"], in: place.scratch)
                case .reader: try read(place)
                }
                usleep(UInt32(gap * 1e6))
            }
            guard let serve, let worker, let agent else { throw GymError(.internal, "somebody is missing") }
            guard try agent.end() == .exit(0) else { throw GymError(.internal, "\(order): \(agent.errors)") }
            try read(place)
            for child in [worker, serve] {
                child.signal(SIGTERM)
                guard try child.end() == .exit(143) else { throw GymError(.internal, "\(order): \(child.errors)") }
            }
            return try LogContents(place.log)
        }

        /// A reader has its answer at any time: what there is, or a sentence that there is nothing yet.
        private static func read(_ place: Place) throws {
            let outcome = try Program.run(["studies", "--log", place.log], in: place.scratch)
            let isEarly = outcome.ending == .exit(74) && outcome.headline.hasPrefix("error: there is no log at")
            guard isEarly || outcome.ending == .exit(0) else {
                throw GymError(.internal, "a reader was told: \(outcome.errors)")
            }
        }
    }
}
