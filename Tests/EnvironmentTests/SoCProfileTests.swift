import Environments
import Gym
import Testing

@Suite("Applications and platforms are read, and a wrong one is named")
struct SoCProfileTests {
    @Test(
        "the built-in applications have as many tasks and edges as their sources",
        arguments: [
            ("wifi-tx", 27, 30), ("wifi-rx", 34, 37), ("lag-detection", 7, 7), ("single-carrier-tx", 8, 7),
            ("single-carrier-rx", 8, 7), ("temporal-mitigation", 10, 12), ("top-1", 10, 15), ("top-6", 10, 15),
        ])
    func counts(_ name: String, _ tasks: Int, _ edges: Int) throws {
        let all = BuiltInProfiles.radio + BuiltInProfiles.topcuoglu
        let application = try #require(all.first { $0.name == name })
        #expect(application.tasks.count == tasks)
        #expect(application.tasks.reduce(0) { $0 + $1.inputs.count } == edges)
    }

    @Test("the built-in platforms have 16, 8 and 3 elements, and run what is meant for them")
    func platforms() throws {
        #expect(BuiltInProfiles.platforms.map(\.elementNames.count) == [16, 8, 3])
        for platform in BuiltInProfiles.platforms.prefix(2) { _ = try TaskTables(BuiltInProfiles.radio, on: platform) }
        _ = try TaskTables(BuiltInProfiles.topcuoglu, on: BuiltInProfiles.platforms[2])
        #expect(throws: GymError.self) {
            try TaskTables(BuiltInProfiles.topcuoglu, on: BuiltInProfiles.platforms[0])
        }
    }

    private static let tasks = "applications: [{ name: pair, tasks: "

    @Test(
        "a wrong application is told by place, task and field",
        arguments: [
            ("applications: [{ tasks: [] }]", "has no 'name'"),
            (tasks + "[] }]", "has 0 tasks"),
            (tasks + "[{ name: a, times: { A7: 1 } }, { name: a, times: { A7: 1 } }] }]", "'a' is in 'pair' twice"),
            (tasks + "[{ name: a, after: { b: 1 }, times: { A7: 1 } }] }]", "no task named 'b'"),
            (tasks + "[{ name: a, after: { a: 1 }, times: { A7: 1 } }] }]", "'a' of 'pair' waits for itself"),
            (tasks + "[{ name: a }] }]", "has no 'times'"),
            (tasks + "[{ name: a, times: { A7: -1 } }] }]", "'A7' is -1"),
            (tasks + "[{ name: a, time: { A7: 1 } }] }]", "no key named 'time'"),
            (
                tasks + "[{ name: a, times: { A7: 1 } }] }, { name: pair, tasks: [{ name: a, times: { A7: 1 } }] }]",
                "'pair' is there twice"
            ),
        ])
    func wrongApplication(_ text: String, _ part: String) throws {
        #expect {
            _ = try Application.read(text: text, file: "apps.yaml")
        } throws: { error in
            let error = error as? GymError
            return error?.message.contains(part) == true && error?.place?.file == "apps.yaml"
        }
    }

    private static let cluster = "clusters: [{ name: A7, count: 2, voltages: { 1000: 900 }, power: { 1000: [0.1] }"

    @Test(
        "a wrong platform is told by place and field",
        arguments: [
            ("name: none", "has no 'clusters'"),
            ("clusters: [{ name: memory, kind: memory }]", "0 elements"),
            ("clusters: [{ name: A7, kind: small }]", "'small', which is none of its choices"),
            (cluster + " }, { name: A7, voltages: { 1: 1 }, power: { 1: [1] } }]", "two clusters have one name"),
            ("clusters: [{ name: A7, voltages: { 2000: 900 }, power: { 1000: [0.1] } }]", "ends below its highest"),
            ("clusters: [{ name: A7, voltages: { 2: 1, 1: 1 }, power: { 2: [1] } }]", "do not rise"),
            (cluster + ", governor: fast }]", "no governor named 'fast'"),
            (cluster + ", governor: constant-800 }]", "has no 800 MHz"),
            (cluster + ", trips: [800] }]", "has no 800 MHz"),
            (cluster + " }]\nbandwidth: { links: [[A7, A8, 10]] }", "no cluster named 'A8'"),
            (cluster + " }]\nbandwidth: { links: [[A7, 10]] }", "is not [cluster, cluster, bandwidth]"),
        ])
    func wrongPlatform(_ text: String, _ part: String) throws {
        #expect {
            _ = try Platform(text: text, file: "chip.yaml")
        } throws: { error in
            let error = error as? GymError
            return error?.message.contains(part) == true && error?.place?.file == "chip.yaml"
        }
    }

    @Test("a workload of blocks with a task that waits for itself is named")
    func wrongBlocks() throws {
        let text =
            "workloads: [{ name: loop, tasks: [{ name: a, cycles: 1, after: { b: 1 } }, "
            + "{ name: b, cycles: 1, after: { a: 1 } }] }]"
        #expect {
            _ = try MappingWorkload.read(text: text, file: "blocks.yaml")
        } throws: { error in
            (error as? GymError)?.message == "the task 'a' waits for itself"
        }
    }
}
