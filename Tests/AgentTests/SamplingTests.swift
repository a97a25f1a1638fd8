import Agents
import Gym
import Testing

@Suite("agents that fill the space")
struct SamplingTests {
    private static func drive(
        _ name: String, _ space: Space, budget: Int, _ given: [String: Value] = [:]
    ) throws -> Drive {
        let entry = try #require(AgentCatalog.entries.first { $0.name == name })
        var drive = Drive(try entry.made(Problems.problem(space, budget: budget), given))
        try drive.run(budget) { _ in 0 }
        return drive
    }

    @Test("a grid with levels visits their products, ends included, and then goes on elsewhere")
    func levels() throws {
        let space = Space([
            Parameter("a", .integer(0...100)), Parameter("b", .categorical(["x", "y", "z"])),
            Parameter("c", .real(0...1)),
        ])
        for order in ["shuffled", "counting"] {
            let drive = try Self.drive("grid", space, budget: 60, ["levels": 3, "order": .text(order)])
            let grid = Set(drive.actions.prefix(27))
            #expect(Set(grid.map { $0[0] }) == [0, 50, 100] && Set(grid.map { $0[2] }) == [0, 0.5, 1])
            #expect(grid.count == 27)
            #expect(Set(drive.actions).count == 60)
        }
    }

    @Test("counting changes the last parameter fastest")
    func counting() throws {
        let space = Space([Parameter("a", .integer(1...3)), Parameter("b", .integer(1...2))])
        let drive = try Self.drive("grid", space, budget: 6, ["order": "counting"])
        #expect(drive.actions == [[1, 1], [1, 2], [2, 1], [2, 2], [3, 1], [3, 2]])
    }

    @Test("a Latin hypercube meets every value equally often")
    func latin() throws {
        let drive = try Self.drive("grid", Problems.bowl, budget: 303, ["order": "latin"])
        for place in 0..<6 {
            let counts = (0...100).map { value in drive.actions.count { $0[place] == Double(value) } }
            #expect(counts.allSatisfy { $0 == 3 })
        }
    }

    @Test("a grid of more points than can be counted is still spread over every parameter")
    func uncountable() throws {
        let space = Space((0..<40).map { Parameter("x\($0)", .integer(0...9)) })
        for order in ["shuffled", "counting"] {
            let drive = try Self.drive("grid", space, budget: 1_000, ["order": .text(order)])
            #expect(Set(drive.actions).count == 1_000)
            #expect(Set(drive.actions.map { $0[0] }).count == 10)
        }
    }

    @Test("of 256 Sobol points every one of 16 parts of each parameter gets 16")
    func sobol() throws {
        let space = Space((0..<8).map { Parameter("x\($0)", .integer(0...159)) })
        let drive = try Self.drive("sobol", space, budget: 256)
        for place in 0..<8 {
            let counts = (0..<16).map { part in drive.actions.count { Int($0[place]) / 10 == part } }
            #expect(counts.allSatisfy { $0 == 16 })
        }
    }
}
