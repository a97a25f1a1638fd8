import Gym
import Testing

@Suite("guess")
struct GuessTests {
    private static let known = ["genetic", "random", "ant-colony", "annealing", "tpe"]

    @Test(
        "the nearest known name, none where all are far",
        arguments: [
            ("genetics", "genetic"), ("genteic", "genetic"), ("GENETIC", "genetic"), ("ant_colony", "ant-colony"),
            ("antcolony", "ant-colony"), ("rnadom", "random"), ("tp", "tpe"), ("bandit", nil), ("", nil),
            ("xyz", nil), (String(repeating: "a", count: 10_000), nil),
        ] as [(String, String?)])
    func closest(name: String, guess: String?) {
        #expect(Guess.closest(to: name, among: Self.known) == guess)
    }

    @Test("the first of equally near ones, nil among none")
    func ties() {
        #expect(Guess.closest(to: "bat", among: ["cat", "hat"]) == "cat")
        #expect(Guess.closest(to: "bat", among: []) == nil)
    }

    @Test("an unknown name's error guesses, or lists a few")
    func errors() {
        let guessed = GymError.unknown(.usage, "agent", "genetics", among: Self.known)
        #expect(guessed.message == "no agent named 'genetics'")
        #expect(guessed.hint == "did you mean 'genetic'?" && guessed.field == "genetics")
        let listed = GymError.unknown(.usage, "agent", "bandit", among: Self.known)
        #expect(listed.hint == "known: genetic, random, ant-colony, annealing, tpe")
        let many = (0..<9).map { "metric\($0)\($0)\($0)" }
        #expect(GymError.unknown(.usage, "metric", "zzzz", among: many, hint: "see").hint == "see")
    }
}
