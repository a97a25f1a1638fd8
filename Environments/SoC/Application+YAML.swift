import Files
import Gym

/// The notation of applications. An example:
///
/// ```yaml
/// applications:
///   - name: pair
///     deadline: 500              # us after injection; may be left out
///     weight: 2                  # twice as often as an application of weight 1; 1 where nothing is said
///     tasks:
///       - { name: filter, times: { A7: 22, A15: 10 } }
///       - { name: transform, after: { filter: 2000 }, times: { A7: 296, A15: 118, FFT: 16 } }
/// ```
///
/// Times are us at the highest frequency of a cluster; a cluster that is not named can't run the task.
extension Application {
    private static let keys = ["name", "tasks", "deadline", "weight"]
    private static let taskKeys = ["name", "after", "times"]
    /// The most tasks of an application.
    static let taskLimit = 10_000
    private static let timeRange = 0.0...1e9

    /// Reads the applications of a file.
    ///
    /// - Throws: `GymError` (`bad-input`) with the place of what is wrong: a name twice, an input that is no task, a
    ///   circle, or a task without a cluster.
    package static func read(path: String) throws -> [Application] { try read(YAMLDocument.read(path)) }

    /// Reads applications from text; `file` is what errors call it.
    package static func read(text: String, file: String) throws -> [Application] {
        try read(YAMLDocument.parse(text, file: file))
    }

    private static func read(_ node: YAMLNode) throws -> [Application] {
        let list = try node.fields(["applications"]).required(
            "applications", example: "applications: [{ name: pair, tasks: [] }]")
        let items = try list.list()
        guard (1...1_000).contains(items.count) else {
            throw list.error("there are \(items.count) applications; 1 … 1000 are possible")
        }
        var applications: [Application] = []
        for item in items {
            let application = try one(item)
            guard !applications.contains(where: { $0.name == application.name }) else {
                throw item.error("the application '\(application.name)' is there twice")
            }
            applications.append(application)
        }
        return applications
    }

    private static func one(_ node: YAMLNode) throws -> Application {
        let fields = try node.fields(keys)
        let name = try fields.required("name", example: "name: pair").text()
        let list = try fields.required("tasks", example: "tasks: [{ name: filter, times: { A7: 22 } }]")
        let items = try list.list()
        guard (1...taskLimit).contains(items.count) else {
            throw list.error("the application '\(name)' has \(items.count) tasks; 1 … \(taskLimit) are possible")
        }
        var places: [String: Int] = [:]
        let entries = try items.map { item in
            let fields = try item.fields(taskKeys)
            let label = try fields.required("name", example: "name: filter")
            let task = try label.text()
            guard places.updateValue(places.count, forKey: task) == nil else {
                throw label.error("the task '\(task)' is in '\(name)' twice")
            }
            return (task, fields)
        }
        let tasks = try entries.map { task, fields in
            Task(
                name: task, inputs: try inputs(fields["after"], of: task, places),
                times: try times(fields, of: task))
        }
        if let task = firstInCircle(tasks) {
            throw items[task].error(
                "the task '\(tasks[task].name)' of '\(name)' waits for itself",
                hint: "take one 'after' of the circle away")
        }
        return Application(
            name: name, tasks: tasks, deadline: try fields["deadline"]?.number(in: timeRange),
            weight: try fields["weight"]?.number(in: 0...1e6) ?? 1)
    }

    private static func inputs(_ node: YAMLNode?, of task: String, _ places: [String: Int]) throws -> [Task.Input] {
        guard let node else { return [] }
        return try node.entries().map { entry in
            guard let place = places[entry.name] else {
                throw entry.key.located(
                    GymError.unknown(.badInput, "task", entry.name, among: places.keys.sorted()))
            }
            return Task.Input(task: place, volume: try entry.value.number(in: 0...1e15))
        }
    }

    private static func times(_ fields: YAMLFields, of task: String) throws -> [String: Double] {
        let node = try fields.required("times", example: "times: { A7: 22, A15: 10 }")
        let times = try node.entries().map { ($0.name, try $0.value.number(in: timeRange)) }
        guard !times.isEmpty else { throw node.error("no cluster can run the task '\(task)'") }
        return Dictionary(times) { first, _ in first }
    }

    /// A task that can never start since it waits for itself, however many lie between.
    private static func firstInCircle(_ tasks: [Task]) -> Int? {
        var waits = tasks.map(\.inputs.count)
        var followers = [[Int]](repeating: [], count: tasks.count)
        for (place, task) in tasks.enumerated() { for input in task.inputs { followers[input.task].append(place) } }
        var ready = tasks.indices.filter { waits[$0] == 0 }
        while let task = ready.popLast() {
            for follower in followers[task] {
                waits[follower] -= 1
                if waits[follower] == 0 { ready.append(follower) }
            }
        }
        return waits.firstIndex { $0 > 0 }
    }
}
