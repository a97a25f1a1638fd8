import Gym
import Testing

@Suite("settings")
struct SettingsTests {
    private static let space = Space(
        [
            Parameter("population", .integer(4...1_000)), Parameter("rate", .real(0...1), default: 0.5),
            Parameter("survival", .categorical(["plus", "elite"]), default: "plus"),
            Parameter("elite", .integer(0...10), default: 1),
        ], activity: ["elite": "survival == elite"])

    @Test("defaults are filled in, and what has none is left to the agent")
    func defaults() throws {
        let settings = try Settings(space: Self.space)
        #expect(settings.integer("population") == nil && settings.number("rate") == 0.5)
        #expect(settings.choice("survival") == "plus" && settings.values.count == 3)
        let given = try Settings(["population": "32", "survival": "elite"], space: Self.space)
        #expect(given.integer("population") == 32 && given.choice("survival") == "elite")
    }

    @Test(
        "what can't be is refused",
        arguments: [
            ("popluation", "32", "did you mean 'population'?"), ("population", "3", "outside 4 … 1000"),
            ("population", "many", "not a number"), ("survival", "pluss", "did you mean 'plus'?"),
            ("rate", "1.1", "outside"),
        ])
    func refused(name: String, value: String, complaint: String) {
        #expect { try Settings([name: Value(parsing: value)], space: Self.space) } throws: { error in
            guard let error = error as? GymError else { return false }
            return error.code == .badInput && "\(error.message) \(error.hint ?? "")".contains(complaint)
        }
    }
}
