import Environments
import Gym
import Testing

@Suite("Sub-accelerators and networks chosen together")
struct AcceleratorCodesignTests {
    private static func price(
        _ design: [String: Value], _ options: [String: Value] = [:]
    ) throws -> [String: Double] {
        var environment = try AcceleratorCodesign.entry.make(options)
        let action = try environment.spec.actionSpace.action(named: design)
        let evaluation = try environment.step(action, deadline: .none)
        try #require(evaluation.status == .ok)
        let names = environment.spec.metrics.map(\.name)
        return Dictionary(uniqueKeysWithValues: zip(names, evaluation.metrics.map { $0 ?? .nan }))
    }

    @Test("larger networks are supposed to do better and cost more")
    func networks() throws {
        for tasks in ["cifar-nuclei", "cifar-stl", "cifar-cifar"] {
            let small = try Self.price(["net1_filters3": 64], ["tasks": .text(tasks)])
            let large = try Self.price(["net1_filters3": 512], ["tasks": .text(tasks)])
            for metric in ["accuracy", "energy", "macs"] {
                #expect(try #require(small[metric]) < (try #require(large[metric])), "\(tasks): \(metric)")
            }
            #expect(small["area"] == large["area"])
        }
    }

    @Test("a greedy schedule is never slower than the better of the bound ones by more than a layer's choice")
    func schedules() throws {
        let modes = try ["straight", "crossed", "greedy"].map { try Self.price(["schedule": .text($0)]) }
        let times = try modes.map { try #require($0["latency"]) }
        #expect(times[2] <= 1.1 * min(times[0], times[1]))
        #expect(modes.allSatisfy { ($0["busy"] ?? 0) > 0 && ($0["busy"] ?? 2) <= 1 })
    }

    @Test("an excess is the sum of what passes each spec, and none where all are met")
    func specs() throws {
        let free = try Self.price([:], ["latency_spec": 1e5, "energy_spec": 1e5, "area_spec": 1e5])
        #expect(free["excess"] == 0)
        let energy = try #require(free["energy"])
        let tight = try Self.price([:], ["latency_spec": 1e5, "energy_spec": .number(energy / 3), "area_spec": 1e5])
        #expect(abs((tight["excess"] ?? 0) - 2) < 1e-9)
    }

    @Test("what both machines may have together is a constraint of the space")
    func constraints() throws {
        let space = try AcceleratorCodesign.entry.make().spec.actionSpace
        for design in [["acc1_pes": 3_072 as Value, "acc2_pes": 1_088], ["acc1_bandwidth": 56, "acc2_bandwidth": 16]] {
            #expect(throws: GymError.self) { try space.checked(try space.action(named: design)) }
        }
        var generator = Generator(seed: 2)
        for _ in 0..<100 { #expect(space.contains(try space.sample(&generator))) }
    }
}
