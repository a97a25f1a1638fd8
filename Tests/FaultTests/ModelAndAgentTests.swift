import Agents
import Exchange
import Files
import Foundation
import Gym
import Samples
import Studies
import Testing

extension Faults {
    @Suite("Models and agents that misbehave harm nobody but themselves")
    struct ModelAndAgentTests {
        private static let agents =
            AgentCatalog.entries + [AgentEntry(Skeptic.self), AgentEntry(Shirker.self), AgentEntry(Stray.self)]

        /// Runs a manifest in this process, as the program does, and gives outcomes and log.
        private func run(
            _ manifest: String, _ log: SampleLog
        ) throws -> [(label: String, outcome: Runner.Outcome)] {
            let plan = try Manifest.plan(
                YAMLDocument.parse(manifest, file: "study.yaml"), folder: "", defaultName: "study",
                catalogs: Catalogs(environments: [Moody.entry()], agents: Self.agents))
            var configuration = Broker.Configuration(environments: [Moody.entry()])
            configuration.workers = 2
            let broker = try Broker(configuration, sink: log, endpoints: ["inproc://broker"])
            defer { broker.stop() }
            let start = ContinuousClock.now
            let runner = Runner(plan, width: 2, clock: { (ContinuousClock.now - start) / .seconds(1) }) { trial in
                let client = try Client(endpoint: broker.endpoints[0], context: broker.context)
                return Runner.Opening(
                    try client.make(
                        "moody-v0", options: trial.cell.options.values, objective: trial.cell.objective,
                        trial: trial.description()))
            }
            return zip(plan.trials, try runner.run(board: ProgressBoard(plan))).map { ($0.label, $1) }
        }

        @Test(
            "what a model gets wrong is logged as failed, the agent is told, and every other sample is as it was",
            arguments: Moody.Fault.allCases)
        func faultyModel(_ fault: Moody.Fault) throws {
            let scratch = try Scratch()
            let log = try SampleLog(path: scratch.path("log.db"), mode: .write)
            defer { log.close() }
            let samples = Dice.count(1_000)
            let outcomes = try run(
                """
                kind: sweep
                environment: { id: moody-v0, fault: \(fault.rawValue) }
                budget: \(samples)
                batch: 7
                seeds: [\(Dice.seed % 1_000_000)]
                sweep: { agent: [{ name: skeptic, fault: \(fault.rawValue) }, random, genetic] }
                """, log)
            let model = Moody(fault: fault, count: Moody.Count())
            var failures = 0
            let trials = try log.trials(of: "study")
            for (label, outcome) in outcomes {
                guard case .finished(let result) = outcome,
                    let trial = trials.first(where: { $0.description.label == label })
                else {
                    Issue.record("\(label): \(outcome)")
                    continue
                }
                let rows = try log.samples(of: trial.number, from: 0, limit: 1 << 30)
                #expect(rows.count == result.tally.proposals && result.tally.samples == samples)
                for row in rows {
                    let isWrong = model.isWrong(row.action)
                    failures += isWrong ? 1 : 0
                    #expect(row.evaluation.status == (isWrong ? .failed(model.reason) : .ok))
                    #expect(row.evaluation.metrics == (isWrong ? [nil, nil] : Moody.metrics(row.action)))
                    #expect((row.score.reward == nil) == isWrong)
                }
                #expect(result.tally.failed == rows.count { model.isWrong($0.action) })
            }
            #expect(fault == .nothing ? failures == 0 : failures > samples / 2)
        }

        @Test("an agent that breaks its contract fails with a sentence; the trial beside it is as if it were alone")
        func faultyAgents() throws {
            let scratch = try Scratch()
            func run(_ agents: String, _ name: String) throws -> (
                [(label: String, outcome: Runner.Outcome)], LogContents
            ) {
                let log = try SampleLog(path: scratch.path(name), mode: .write)
                let outcomes = try self.run(
                    """
                    kind: sweep
                    environment: moody-v0
                    budget: 100
                    batch: 5
                    sweep: { agent: [\(agents)] }
                    """, log)
                log.close()
                return (outcomes, try LogContents(scratch.path(name)))
            }
            let (outcomes, log) = try run("shirker, stray, random", "all.db")
            let messages = outcomes.map { if case .failed(let error) = $0.outcome { error.message } else { "" } }
            #expect(
                messages == [
                    "the agent 'shirker' gave 4 actions for 5 slots", "'share' is 1.5, outside 0 … 1", "",
                ])
            #expect(log.trials["study/shirker-s1"]?.rows.count == 10)
            #expect(log.trials["study/stray-s1"]?.rows.count == 10)
            let alone = try run("random, genetic", "alone.db").1
            #expect(log.trials["study/random-s1"]?.rows == alone.trials["study/random-s1"]?.rows)
        }

        /// A request that has to be refused, and how the refusal begins.
        private func mischief(_ dice: inout Generator) -> ([Action], String) {
            let x = Double(dice.below(99_990))
            switch dice.below(7) {
            case 0: return ([[x + 100_000, 0.5, 0]], "'x' is ")
            case 1: return ([[x + 0.25, 0.5, 0]], "'x' is ")
            case 2: return ([[x, -dice.unit() - 1e-9, 0]], "'share' is -")
            case 3: return ([[x, [.nan, .infinity][dice.below(2)], 0]], "'share' is ")
            case 4: return ([[x, 0.5, 2]], "'policy' is 2, not the index of a choice")
            case 5: return ([[Double(dice.draw(99_990..<100_000)), 0.5, 0]], "the design breaks the constraint")
            default:
                let count = dice.draw(3..<9)
                return ([Action](repeating: [x, 0.5, 0], count: count), "\(count) actions came for 2 slots")
            }
        }

        @Test("what is not in the space, infeasible, or no batch is refused by name, and the session goes on")
        func illegal() throws {
            let scratch = try Scratch()
            let log = try SampleLog(path: scratch.path("log.db"), mode: .write)
            defer { log.close() }
            let count = Moody.Count()
            let broker = try Broker(
                Broker.Configuration(environments: [Moody.entry(count)]), sink: log, endpoints: ["inproc://broker"])
            defer { broker.stop() }
            let client = try Client(endpoint: "inproc://broker", context: broker.context)
            let session = try client.make("moody-v0", trial: TrialDescription(study: "s", label: "a", slots: 2))
            _ = try session.reset(seeds: [1, 2])
            var dice = Dice.generator("illegal actions")
            let wanted = Dice.count(1_000)
            for place in 0..<wanted {
                let (actions, sentence) = mischief(&dice)
                #expect("\(actions)") {
                    _ = try session.step(actions)
                } throws: { error in
                    guard let error = error as? GymError, error.code == .illegalAction else { return false }
                    return error.message.hasPrefix(sentence)
                        && (!sentence.hasPrefix("'") || error.field.map { sentence.hasPrefix("'\($0)'") } == true)
                }
                let steps = try session.step([[Double(place), 0.5, 0]])
                #expect(steps.map(\.number) == [Int64(place)])
                #expect(steps.map(\.evaluation.status) == [.ok])
            }
            #expect(count.now == wanted)
            #expect(try log.samples(of: 1, from: 0, limit: 1 << 30).count == wanted)
        }
    }
}
