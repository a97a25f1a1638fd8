import Agents
import Gym
import Testing

@Suite("random walk")
struct RandomWalkTests {
    private static func walk(_ space: Space, _ given: [String: Value] = [:], slots: Int = 1) throws -> Drive {
        let settings = try Settings(given, space: RandomWalk.hyperparameters)
        return Drive(RandomWalk(Problems.problem(space, slots: slots), settings: settings, seed: 4), slots: slots)
    }

    @Test("every value is drawn about equally often")
    func uniformity() throws {
        var drive = try Self.walk(Space((0..<4).map { Parameter("x\($0)", .integer(0...9)) }))
        try drive.run(5_000) { _ in 0 }
        for place in 0..<4 {
            let counts = (0..<10).map { value in drive.actions.count { $0[place] == Double(value) } }
            // Chi-square with 9 degrees of freedom exceeds 33.7 with probability 1e-4.
            let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - 500) * (Double($1) - 500) / 500 }
            #expect(chiSquare < 33.7)
        }
    }

    @Test("duplicates come when they are asked for")
    func duplicates() throws {
        var drive = try Self.walk(Problems.line(100), ["duplicates": "keep"])
        try drive.run(100) { _ in 0 }
        #expect(Set(drive.actions).count < 90)
    }

    @Test("an action that was cut off is asked for again")
    func shortTell() throws {
        var drive = try Self.walk(Problems.line(1_000), slots: 6)
        let first = try drive.round(limit: 2) { _, _ in 0 }
        let second = try drive.round { _, _ in 0 }
        #expect(Array(second[2...]) == Array(first[2...]))
        #expect(Set(first[..<2]).isDisjoint(with: second))
    }

    @Test("a constrained, conditional space is exhausted to the last design")
    func exhaustion() throws {
        let space = Space(
            [
                Parameter("kind", .categorical(["a", "b"])), Parameter("size", .integer(1...20)),
                Parameter("depth", .integer(1...20)),
            ], constraints: ["size + depth <= 22"], activity: ["depth": "kind == b"])
        let designs = try #require(space.designs(limit: 1_000))
        var drive = try Self.walk(space)
        try drive.run(designs.count) { _ in 0 }
        #expect(Set(drive.actions) == Set(designs))
    }
}
