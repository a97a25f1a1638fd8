import Files
import Gym
import Studies
import Testing

@Suite("A mistake in a manifest is named, placed and mended")
struct ManifestFlawTests {
    struct Flaw: Sendable, CustomTestStringConvertible {
        let text: String
        let message: String
        let hint: String?
        let line: Int
        let column: Int
        let length: Int

        init(_ text: String, _ message: String, _ place: (Int, Int, Int), hint: String? = nil) {
            (self.text, self.message, self.hint) = (text, message, hint)
            (line, column, length) = place
        }

        var testDescription: String { message }
    }

    /// A sound manifest's last lines, after a first line that a test spoils.
    static let rest = "\nenvironment: bowl-v0\nagent: random\nbudget: 10\n"

    static let flaws = [
        Flaw("agnet: random", "no key named 'agnet'", (1, 1, 5), hint: "did you mean 'agent'?"),
        Flaw("wurm: [x]" + rest, "no key named 'wurm'", (1, 1, 4), hint: "did you mean 'warm'?"),
        Flaw(
            "study: a/b" + rest, "'a/b' can't be a study's name", (1, 8, 3),
            hint: "a name has at most 64 letters, digits, '-', '_' and '.', and begins with a letter or digit"),
        Flaw(
            "kind: swep" + rest, "'kind' is 'swep', which is none of its choices", (1, 7, 4),
            hint: "did you mean 'sweep'?"),
        Flaw("warm: [study]" + rest, "the study 'study' can't begin with its own samples", (1, 7, 7)),
        Flaw("transfer: study" + rest, "the study 'study' can't begin with its own samples", (1, 11, 5)),
        Flaw(
            "repeat: 3" + rest,
            "every metric of 'bowl-v0' is deterministic, so 'repeat' would evaluate the same again", (1, 9, 1),
            hint: "leave 'repeat' out"),
        Flaw(
            "kind: lottery" + rest, "the agents of a lottery stand under 'lottery'", (3, 8, 6),
            hint: "add lottery: { draws: 60, agents: [genetic] }"),
        Flaw(
            "lottery: { draws: 1, agents: [random] }" + rest, "'lottery' stands in a manifest that is no lottery",
            (1, 10, 30), hint: "add kind: lottery"),
        Flaw("seeds: 0" + rest, "'seeds' is 0, outside 1 … 10000", (1, 8, 1)),
        Flaw("seeds: [1, 2, 1]" + rest, "the seed 1 is there twice", (1, 15, 1)),
        Flaw("seeds: [1, -2]" + rest, "'seeds' is -2, outside 0 … 9223372036854775807", (1, 12, 2)),
        Flaw("seeds: []" + rest, "'seeds' has 0 seeds, it takes 1 … 10,000", (1, 8, 2)),
        Flaw("batch: 2000" + rest, "'batch' is 2000, outside 1 … 1024", (1, 8, 4)),
        Flaw(
            "timeout: 30" + rest, "'timeout' is '30', not a duration", (1, 10, 2),
            hint: "write it as 500ms, 30s, 2m or none"),
        Flaw("timeout: 0s" + rest, "'timeout' is 0s, outside 1ms … 168h", (1, 10, 2)),
        Flaw(
            "record: observation" + rest, "'record' is 'observation', which is none of its choices", (1, 9, 11),
            hint: "did you mean 'observations'?"),
        Flaw("workers: 0" + rest, "'workers' is 0, outside 1 … 4096", (1, 10, 1)),
        Flaw(
            "objective: latency" + rest, "'objective' does not say which way is better", (1, 12, 7),
            hint: "write it as { minimize: latency }"),
        Flaw(
            "objective: { minimise: latency }" + rest, "no objective named 'minimise'", (1, 14, 8),
            hint: "did you mean 'minimize'?"),
        Flaw(
            "objective: { minimize: latncy }" + rest, "no metric named 'latncy'", (1, 24, 6),
            hint: "did you mean 'latency'?"),
        Flaw("objective: { target: { power: 0 } }" + rest, "the target of 'power' is not above 0", (1, 22, 12)),
        Flaw(
            "objective: { pareto: [latency, powr] }" + rest, "no metric named 'powr'", (1, 32, 4),
            hint: "did you mean 'power'?"),
        Flaw("objective: { product: { latency: 0 } }" + rest, "'latency' is 0, outside 0.001 … 1000", (1, 34, 1)),
        Flaw(
            "objective: { minimize: power, maximize: power }" + rest, "'objective' has 2 goals, it takes one",
            (1, 12, 36), hint: "write it as { minimize: latency }"),
        Flaw(
            "constraints: [ \"power <= 1\", \"depht < 3\" ]" + rest,
            "the condition 'depht < 3' names 'depht', which is no quantity here", (1, 30, 11),
            hint: "did you mean 'depth'?"),
        Flaw("start: [ { depth: 9 } ]" + rest, "'depth' is 9, outside 1 … 8", (1, 19, 1)),
        Flaw(
            "start: [ { polcy: Open } ]" + rest, "no parameter named 'polcy'", (1, 12, 5),
            hint: "did you mean 'policy'?"),
        Flaw(
            "start: [ { policy: open } ]" + rest, "'policy' is 'open', which is none of its choices", (1, 20, 4),
            hint: "did you mean 'Open'?"),
        Flaw(
            "sweep: { batch: [1] }" + rest, "'sweep' stands in a manifest that is no sweep", (1, 8, 14),
            hint: "add kind: sweep"),
        Flaw("kind: sweep" + rest, "a sweep has no 'sweep'", (1, 7, 5), hint: "add sweep: { agent.name: [random, …] }"),
        Flaw(
            "kind: sweep\nsweep: { batch: 3 }" + rest, "'batch' is not a list of values to take", (2, 17, 1),
            hint: "write it as [a, b]"),
        Flaw("kind: sweep\nsweep: { cases: [] }" + rest, "'cases' has none", (2, 17, 2)),
        Flaw(
            "kind: sweep\nsweep: { cases: [{ agnet: random }] }" + rest, "no key to vary named 'agnet'", (2, 20, 5),
            hint: "did you mean 'agent'?"),
        Flaw(
            "kind: sweep\nsweep: { agent.name: [random], cases: [{ agent: random }] }" + rest,
            "'agent.name' is varied here and by 'cases'", (2, 23, 6), hint: "vary it in one of them"),
        Flaw("kind: sweep\nsweep: { seeds: [[1]] }" + rest, "no key to vary named 'seeds'", (2, 10, 5)),
        Flaw("kind: sweep\nsweep: { batch: [] }" + rest, "'batch' has no values to take", (2, 17, 2)),
        Flaw("kind: sweep\nsweep: { batch: [1, x] }" + rest, "'batch' is 'x', not a whole number", (2, 21, 1)),
        Flaw(
            "kind: sweep\nsweep: { agent.name: [random, genetc] }" + rest, "no agent named 'genetc'", (2, 31, 6),
            hint: "did you mean 'genetic'?\nsextant agents        lists all of them"),
        Flaw(
            "agent: random\nbudget: 10", "the file has no 'environment'", (1, 1, 13), hint: "add environment: { id: … }"
        ),
        Flaw("environment: bowl-v0\nbudget: 10", "the file has no 'agent'", (1, 1, 20), hint: "add agent: random"),
        Flaw(
            "environment: bowl-v0\nagent: random", "the file has no 'budget'", (1, 1, 20),
            hint: "add budget: { samples: 1000 }"),
        Flaw(
            "environment: { workload: stream }\nagent: random\nbudget: 10", "'environment' has no 'id'", (1, 14, 20),
            hint: "add id: bowl-v0"),
        Flaw(
            "environment: bowl-v1\nagent: random\nbudget: 10", "no environment named 'bowl-v1'", (1, 14, 7),
            hint: "did you mean 'bowl-v0'?\nsextant envs        lists all of them"),
        Flaw(
            "environment:\n  id: bowl-v0\n  worklod: stream\nagent: random\nbudget: 10", "no option named 'worklod'",
            (3, 3, 7), hint: "did you mean 'workload'?"),
        Flaw(
            "environment: { id: bowl-v0, workload: streem }\nagent: random\nbudget: 10", "no workload named 'streem'",
            (1, 39, 6), hint: "did you mean 'stream'?"),
        Flaw(
            "environment: { id: bowl-v0, workload: no/such.stl }\nagent: random\nbudget: 10",
            "there is no workload file 'no/such.stl'", (1, 39, 11),
            hint: "built in: stream, random"),
        Flaw(
            "environment: { id: bowl-v0, clock: 1000 }\nagent: random\nbudget: 10", "'clock' is 1000, outside 1 … 100",
            (1, 36, 4)),
        Flaw(
            "environment: bowl-v0\nagent: { name: genetics, population: 32 }\nbudget: 10", "no agent named 'genetics'",
            (2, 16, 8),
            hint: "did you mean 'genetic'?\nsextant agents        lists all of them"),
        Flaw(
            "environment: bowl-v0\nagent: { name: genetic, mutation: 1.4 }\nbudget: 10",
            "'mutation' is 1.4, outside 0 … 1", (2, 35, 3)),
        Flaw(
            "environment: bowl-v0\nagent: { name: genetic, populaton: 32 }\nbudget: 10",
            "no hyperparameter of 'genetic' named 'populaton'", (2, 25, 9), hint: "did you mean 'population'?"),
        Flaw(
            "environment: bowl-v0\nagent: random\nbudget: { plateau: 5 }", "'budget' has neither samples nor minutes",
            (3, 9, 14), hint: "add samples: 1000"),
        Flaw(
            "environment: bowl-v0\nagent: random\nbudget: { trials: 5 }", "no key named 'trials'", (3, 11, 6),
            hint: "known: samples, minutes, plateau"),
        Flaw("- a", "the file is a list, not a mapping of keys to values", (1, 1, 3)),
    ]

    @Test("each flaw has its sentence, place and hint", arguments: flaws)
    func flaw(_ flaw: Flaw) throws {
        let error = try #require(throws: GymError.self) { try plan(flaw.text) }
        #expect(error.message == flaw.message)
        #expect(error.hint == flaw.hint)
        let place = try #require(error.place)
        #expect([place.line, place.column, place.length] == [flaw.line, flaw.column, flaw.length])
        #expect(error.code.exitCode == 65)
    }

    @Test("an error in a set value stands at the set")
    func sets() throws {
        let text = "environment: bowl-v0\nagent: genetic\nbudget: 10"
        let error = try #require(throws: GymError.self) { try plan(text, sets: ["batch=4", "agent.mutation=7"]) }
        #expect(
            ErrorText.render(error) == """
                error: 'mutation' is 7, outside 0 … 1
                  --> --set
                     | agent.mutation=7
                     |                ^

                """)
    }

    @Test("a plan of too many trials is refused before it is made")
    func tooMany() throws {
        let many = "[" + (1...400).map(String.init).joined(separator: ", ") + "]"
        let text = """
            kind: sweep
            environment: bowl-v0
            agent: genetic
            budget: 10
            sweep: { batch: \(many), agent.population: \(many.replacing("[1,", with: "[2,")) }
            """
        let error = try #require(throws: GymError.self) { try plan(text) }
        #expect(error.message == "the study has more than 100,000 trials")
        #expect(error.place?.line == 5)
    }
}
