import Files
import Foundation
import Gym
import Studies
import Testing

@Suite("A manifest becomes a plan")
struct PlanTests {
    static let short = "environment: bowl-v0\nagent: random\nbudget: 10\n"

    @Test("what is not said has its default")
    func defaults() throws {
        let plan = try plan(PlanTests.short)
        #expect(plan.study == "study")
        #expect(plan.trials.map(\.label) == ["random-s1"])
        let cell = try #require(plan.trials.first?.cell)
        #expect(cell.objective.text == "minimize latency")
        #expect(cell.options.values == ["workload": "stream", "device": "small", "clock": 10])
        #expect(cell.batch == 16)
        #expect(cell.start.isEmpty)
        #expect(cell.timeout == 300)
        #expect(!cell.recordsObservations)
        #expect(
            plan.resolved == """
                study: study
                kind: run
                environment: { id: bowl-v0, workload: stream, device: small, clock: 10 }
                agent: { name: random }
                objective: { minimize: latency }
                budget: { samples: 10 }
                batch: 16
                timeout: 300s
                record: samples
                seeds: [1]

                """)
    }

    @Test("where no agent is named the default one searches, and the listing says what it settled on")
    func defaultAgent() throws {
        let catalogs = Catalogs(
            environments: [Bowl.entry], agents: catalogs.agents + [AgentEntry(Decided.self)], defaultAgent: "decided")
        let plan = try Manifest.plan(
            YAMLDocument.parse("environment: bowl-v0\nbudget: 12\nseeds: 2", file: "study.yaml"), folder: "",
            defaultName: "study", catalogs: catalogs)
        #expect(plan.trials.map(\.label) == ["decided-s1", "decided-s2"])
        #expect(plan.resolved.contains("agent: { name: decided }\n"))
        #expect(plan.listing.hasSuffix("\n\n  chosen   decided: a walk of 12\n"))
    }

    static let manifests = [
        short,
        """
        study: full-1
        environment: { id: bowl-v0, workload: random, clock: 2.5 }
        agent: { name: genetic, population: 32 }
        objective: { product: { latency: 1, power: 2 } }
        constraints: [ "power <= 2000", "policy == 'Open' or depth > 2" ]
        budget: { samples: 1_000, minutes: 0.5, plateau: 200 }
        seeds: [3, 1, 9223372036854775807]
        batch: 4
        timeout: 500ms
        record: observations
        workers: 2
        start: [ { policy: Closed }, { depth: 2, gain: 0.125 } ]
        """,
        "study: '8'\nobjective: { pareto: [latency, power] }\n" + short,
        "objective: { target: { power: 1.5 } }\ntimeout: none\n" + short,
        "objective: { accumulate: power }\n" + short,
        """
        kind: sweep
        environment: bowl-v0
        agent: { population: 30 }
        budget: { samples: 10 }
        sweep: { agent.name: [genetic], environment: { workload: [stream, random] }, budget.samples: [5, 6] }
        """,
        """
        kind: sweep
        environment: { id: bowl-v0, clock: 7 }
        budget: { samples: 10 }
        seeds: 2
        sweep:
          agent: [random, genetic, { name: genetic, population: 32 }, { name: genetic, mutation: 0.5 }]
          objective: [{ minimize: power }, { minimize: latency }]
        """,
        """
        kind: sweep
        environment: bowl-v0
        agent: genetic
        budget: 10
        sweep: { agent.population: [10, 20], constraints: [["power < 1"], []], start: [[], [{ depth: 3 }]] }
        """,
        """
        kind: sweep
        environment: bowl-v0
        budget: 10
        sweep:
          environment.workload: [stream, random]
          cases:
            - { agent: random, budget: 20 }
            - { agent: { name: genetic, population: 8 }, transfer: other }
            - { agent.name: genetic, budget.minutes: 3 }
        """,
    ]

    @Test("the resolved manifest gives the same plan and the same text", arguments: manifests)
    func roundTrip(_ text: String) throws {
        let first = try plan(text)
        let second = try plan(first.resolved)
        #expect(second.resolved == first.resolved)
        #expect(second.trials.map { $0.description() } == first.trials.map { $0.description() })
        #expect(second.trials.map(\.cell.start) == first.trials.map(\.cell.start))
        #expect(second.trials.map(\.cell.timeout) == first.trials.map(\.cell.timeout))
        #expect(second.trials.map(\.cell.budget) == first.trials.map(\.cell.budget))
        #expect(Set(first.trials.map(\.label)).count == first.trials.count)
    }

    @Test("axes are crossed in order, the first outermost, and name what they vary")
    func crossing() throws {
        let plan = try plan(
            """
            kind: sweep
            environment: bowl-v0
            budget: 10
            seeds: [4, 5]
            sweep:
              environment.workload: [stream, random]
              agent: [random, { name: genetic, population: 32 }, { name: genetic, population: 64 }]
            """)
        #expect(
            plan.trials.map(\.label) == [
                "random-stream-s4", "random-stream-s5", "genetic-stream-population32-s4",
                "genetic-stream-population32-s5", "genetic-stream-population64-s4", "genetic-stream-population64-s5",
                "random-random-s4", "random-random-s5", "genetic-random-population32-s4",
                "genetic-random-population32-s5", "genetic-random-population64-s4", "genetic-random-population64-s5",
            ])
        #expect(plan.trials[2].cell.settings.integer("population") == 32)
        #expect(plan.trials[6].cell.options.text("workload") == "random")
        #expect(plan.sampleBudget == 120)
    }

    @Test("cases set several keys together and are crossed with the axes")
    func cases() throws {
        let plan = try plan(
            """
            kind: sweep
            environment: bowl-v0
            budget: 10
            sweep:
              cases: [{ agent: random, budget: 20 }, { agent: genetic, transfer: [other] }, { agent: genetic }]
              environment.workload: [stream, random]
            """)
        #expect(
            plan.trials.map(\.group) == [
                "random-stream", "random-random", "genetic-stream-other", "genetic-random-other", "genetic-stream",
                "genetic-random",
            ])
        #expect(plan.trials.map(\.cell.budget.samples) == [20, 20, 10, 10, 10, 10])
        #expect(plan.trials.map(\.cell.transfer) == [[], [], ["other"], ["other"], [], []])
    }

    @Test("a sweep may set one hyperparameter of a plain agent, and equal cells still have names of their own")
    func names() throws {
        let text = "kind: sweep\nenvironment: bowl-v0\nagent: genetic\nbudget: 10\nsweep: "
        #expect(
            try plan(text + "{ agent.population: [10, 20] }").trials.map(\.group) == [
                "genetic-population10", "genetic-population20",
            ])
        #expect(
            try plan(text + "{ agent: [genetic, random, genetic] }").trials.map(\.group) == [
                "genetic", "random", "genetic.2",
            ])
    }

    @Test("what the log keeps of a trial is text in a fixed order")
    func description() throws {
        let plan = try plan(
            """
            environment: bowl-v0
            agent: { name: genetic, mutation: 0.25 }
            budget: { samples: 9, minutes: 2 }
            seeds: [7]
            """
        )
        let description = try #require(plan.trials.first).description(resumption: .replay)
        #expect(description.settings == #"{"mutation":0.25,"population":20}"#)
        #expect(description.options == "clock=10;device=small;workload=stream")
        #expect(description.budget == "samples: 9, minutes: 2")
        #expect(description.label == "genetic-s7")
        #expect(description.seed == 7)
        #expect(description.resumption == .replay)
    }

    @Test("a workload file is found beside the manifest and known by what it holds")
    func workload() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sextant-plan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let bytes = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0) })
        try bytes.write(to: folder.appending(path: "a.stl"))
        try Data("environment: { id: bowl-v0, workload: a.stl }\nagent: random\nbudget: 10\n".utf8)
            .write(to: folder.appending(path: "my-study.yaml"))
        let plan = try Manifest.plan(folder.path() + "/my-study.yaml", sets: ["seeds=3"], catalogs: catalogs)
        #expect(plan.study == "my-study")
        #expect(plan.trials.count == 3)
        var hash = ContentHash()
        hash.add(bytes)
        let file = try #require(plan.trials.first?.cell.options.files["workload"])
        #expect(file == WorkloadFile(name: "a.stl", path: folder.path() + "/a.stl", contentHash: hash.text))
        #expect(plan.resolved.contains("workload: a.stl"))
    }

    @Test("the listing has a line per trial")
    func listing() throws {
        #expect(
            try plan(PlanTests.short).listing == """
                  #   trial      agent   seed  environment  objective         budget
                  #0  random-s1  random     1  bowl-v0      minimize latency  samples: 10

                """)
    }
}
