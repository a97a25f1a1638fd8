import Files
import Gym

/// A workload to be mapped on blocks: tasks that compute once and write what they made to a memory.
package struct MappingWorkload: Sendable {
    /// One task.
    package struct Task: Sendable {
        /// Unique in its workload.
        package let name: String
        /// Cycles of an A53; 0 for a task that takes no time.
        package let cycles: Double
        /// What it reads: of which task and how many bytes.
        package let inputs: [(task: Int, bytes: Double)]
        /// What hardware of its own would take; nil where there is none.
        package let accelerator: Accelerator?
    }

    /// Hardware for one task, before scaling.
    package struct Accelerator: Sendable {
        /// At 100 MHz, nothing unrolled.
        package let cycles: Double
        /// fJ of a run.
        package let energy: Double
        /// um².
        package let area: Double
        /// The most iterations that can be done at once.
        package let unroll: Int
    }

    /// What a design should keep to.
    package struct Budgets: Sendable {
        /// ms.
        package let latency: Double
        /// mW.
        package let power: Double
        /// mm².
        package let area: Double
    }

    /// What it is called.
    package let name: String
    /// Every task, in the order in which designs name them.
    package let tasks: [Task]
    /// What a design should keep to.
    package let budgets: Budgets

    /// Those that come with Sextant.
    package static let builtIn: [MappingWorkload] = {
        do {
            let text = String(decoding: PackageResources.farsi_yaml, as: UTF8.self)
            return try read(YAMLDocument.parse(text, file: "farsi.yaml"))
        } catch {
            fatalError("a built-in workload is wrong: \(error)")
        }
    }()

    /// Reads workloads from a file.
    ///
    /// - Throws: `GymError` (`bad-input`) with the place of what is wrong.
    package static func read(path: String) throws -> [MappingWorkload] { try read(YAMLDocument.read(path)) }

    /// Reads workloads from text; `file` is what errors call it.
    package static func read(text: String, file: String) throws -> [MappingWorkload] {
        try read(YAMLDocument.parse(text, file: file))
    }

    private static func read(_ node: YAMLNode) throws -> [MappingWorkload] {
        let list = try node.fields(["workloads"]).required(
            "workloads", example: "workloads: [{ name: camera, tasks: [] }]")
        let workloads = try list.list().map(one)
        guard !workloads.isEmpty else { throw list.error("there are no workloads") }
        return workloads
    }

    private static func one(_ node: YAMLNode) throws -> MappingWorkload {
        let fields = try node.fields(["name", "budgets", "tasks"])
        let list = try fields.required("tasks", example: "tasks: [{ name: scale, cycles: 1000 }]")
        let items = try list.list()
        guard (1...200).contains(items.count) else {
            throw list.error("there are \(items.count) tasks; 1 … 200 are possible")
        }
        var tasks: [Task] = []
        for item in items { tasks.append(try task(item, after: tasks, all: items)) }
        try checkOrder(tasks, items)
        let budgets = try fields["budgets"]?.fields(["latency", "power", "area"])
        func budget(_ name: String) throws -> Double { try budgets?[name]?.number(in: 1e-9...1e12) ?? 1 }
        return MappingWorkload(
            name: try fields.required("name", example: "name: camera").text(), tasks: tasks,
            budgets: Budgets(latency: try budget("latency"), power: try budget("power"), area: try budget("area")))
    }

    private static func task(_ node: YAMLNode, after tasks: [Task], all: [YAMLNode]) throws -> Task {
        let fields = try node.fields(["name", "cycles", "after", "accelerator"])
        let label = try fields.required("name", example: "name: scale")
        let name = try label.text()
        guard name.firstMatch(of: /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/) != nil, name.count <= 40 else {
            throw label.error("a task is called '\(name)'", hint: "use lower-case letters, digits and single '_'")
        }
        guard !tasks.contains(where: { $0.name == name }) else {
            throw label.error("the task '\(name)' is there twice")
        }
        let names = try all.map { try $0.fields(["name", "cycles", "after", "accelerator"])["name"]?.text() ?? "" }
        let inputs = try fields["after"]?.entries().map { entry in
            guard let place = names.firstIndex(of: entry.name) else {
                throw entry.key.located(GymError.unknown(.badInput, "task", entry.name, among: names))
            }
            return (task: place, bytes: try entry.value.number(in: 0...1e15))
        }
        return Task(
            name: name, cycles: try fields["cycles"]?.number(in: 0...1e15) ?? 0, inputs: inputs ?? [],
            accelerator: try fields["accelerator"].map(accelerator))
    }

    private static func accelerator(_ node: YAMLNode) throws -> Accelerator {
        let fields = try node.fields(["cycles", "energy", "area", "unroll"])
        func number(_ name: String) throws -> Double {
            try fields.required(name, example: "\(name): 1000").number(in: 1e-9...1e18)
        }
        return Accelerator(
            cycles: try number("cycles"), energy: try number("energy"), area: try number("area"),
            unroll: try fields["unroll"]?.integer(in: 1...(1 << 30)) ?? 1)
    }

    private static func checkOrder(_ tasks: [Task], _ items: [YAMLNode]) throws {
        var done = [Bool](repeating: false, count: tasks.count)
        var isMoving = true
        while isMoving {
            isMoving = false
            for (place, task) in tasks.enumerated() where !done[place] && task.inputs.allSatisfy({ done[$0.task] }) {
                (done[place], isMoving) = (true, true)
            }
        }
        if let place = done.firstIndex(of: false) {
            throw items[place].error("the task '\(tasks[place].name)' waits for itself")
        }
    }
}
