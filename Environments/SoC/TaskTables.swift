import Gym

/// Applications as one platform runs them, in flat tables that the engine reads without allocating: tasks of all
/// applications are numbered through, elements too, memory left out.
package final class TaskTables: Sendable {
    /// The platform.
    package let platform: Platform
    /// The applications.
    package let applications: [Application]
    /// How many elements there are, without memory.
    package let elementCount: Int
    /// The cluster of each element.
    let clusterOf: [Int]
    /// Where each application's tasks begin; one more than there are applications.
    let taskStart: [Int]
    /// The most tasks of an application.
    package let longest: Int

    /// Of each task, where its choices begin in `choices`.
    let choiceStart: [Int]
    /// The elements that can run a task, in rising order, with their us at the highest frequency.
    let choices: [(element: Int, time: Double)]
    /// Of each task, the mean of its choices' times.
    package let meanTime: [Double]
    /// Of each task, where its inputs begin in `inputs`.
    let inputStart: [Int]
    /// The tasks that a task waits for, by their place in the application, in the order of the file.
    let inputs: [Int]
    /// Of each input, us between elements of two clusters, `from * clusters + to`.
    private let transfers: [Int]
    /// Of each input, us on the same element.
    private let sameTransfers: [Int]
    /// Of each task, where its followers begin in `followers`.
    let followerStart: [Int]
    /// The tasks that wait for a task, by their place in the application, rising.
    let followers: [Int]
    /// Of each task, the most tasks on a way to the end of its application, itself included.
    package let depth: [Int]
    private let clusterCount: Int

    /// Binds applications to a platform.
    ///
    /// - Throws: `GymError` (`bad-input`) for a task that no cluster of the platform can run.
    package init(_ applications: [Application], on platform: Platform) throws {
        (self.applications, self.platform) = (applications, platform)
        let working = platform.clusters.indices.filter { platform.clusters[$0].kind != .memory }
        clusterOf = working.flatMap { [Int](repeating: $0, count: platform.clusters[$0].count) }
        (elementCount, clusterCount) = (clusterOf.count, platform.clusters.count)
        longest = applications.map(\.tasks.count).max() ?? 0
        var columns = Columns()
        var starts = [0]
        for application in applications {
            for (place, task) in application.tasks.enumerated() {
                try columns.add(task, place, of: application, on: platform, clusterOf)
            }
            columns.addDepths(of: application)
            starts.append(starts[starts.count - 1] + application.tasks.count)
        }
        taskStart = starts
        (choiceStart, choices, meanTime) = (columns.choiceStart, columns.choices, columns.meanTime)
        (inputStart, inputs, transfers) = (columns.inputStart, columns.inputs, columns.transfers)
        (sameTransfers, followerStart) = (columns.sameTransfers, columns.followerStart)
        (followers, depth) = (columns.followers, columns.depth)
    }

    /// us that an input takes from one element to another; transfers overlap freely.
    func transfer(_ input: Int, from: Int, to: Int) -> Int {
        guard from != to else { return sameTransfers[input] }
        return transfers[(input * clusterCount + clusterOf[from]) * clusterCount + clusterOf[to]]
    }

    /// us that an input takes from an element to memory, or from memory to an element.
    func transfer(_ input: Int, memoryAnd element: Int, _ memory: Int) -> Int {
        transfers[(input * clusterCount + clusterOf[element]) * clusterCount + memory]
    }

    /// us of a task on an element; nil where that can't run it.
    package func time(_ task: Int, on element: Int) -> Double? {
        for choice in choiceStart[task]..<choiceStart[task + 1] where choices[choice].element == element {
            return choices[choice].time
        }
        return nil
    }

    /// The tables while they grow.
    private struct Columns {
        var choiceStart = [0]
        var choices: [(element: Int, time: Double)] = []
        var meanTime: [Double] = []
        var inputStart = [0]
        var inputs: [Int] = []
        var transfers: [Int] = []
        var sameTransfers: [Int] = []
        var followerStart = [0]
        var followers: [Int] = []
        var depth: [Int] = []

        mutating func add(
            _ task: Application.Task, _ place: Int, of application: Application, on platform: Platform,
            _ clusterOf: [Int]
        ) throws {
            let first = choices.count
            for (element, cluster) in clusterOf.enumerated() {
                let cluster = platform.clusters[cluster]
                guard let usual = task.times[cluster.name] else { continue }
                choices.append((element, cluster.times[task.name] ?? usual))
            }
            guard choices.count > first else {
                throw GymError(
                    .badInput,
                    "the task '\(task.name)' of '\(application.name)' runs on no cluster of '\(platform.name)'",
                    hint: "it has times for " + task.times.keys.sorted().joined(separator: ", "))
            }
            choiceStart.append(choices.count)
            meanTime.append(choices[first...].reduce(0) { $0 + $1.time } / Double(choices.count - first))
            for input in task.inputs {
                inputs.append(input.task)
                for row in platform.bandwidths {
                    for bandwidth in row { transfers.append(Columns.microseconds(input.volume, over: bandwidth)) }
                }
                sameTransfers.append(Columns.microseconds(input.volume, over: platform.sameBandwidth))
            }
            inputStart.append(inputs.count)
            for (follower, other) in application.tasks.enumerated() {
                if other.inputs.contains(where: { $0.task == place }) { followers.append(follower) }
            }
            followerStart.append(followers.count)
        }

        private static func microseconds(_ volume: Double, over bandwidth: Double) -> Int {
            Int(min(1e12, (volume / bandwidth).rounded(.down)))
        }

        mutating func addDepths(of application: Application) {
            var depths = [Int](repeating: 0, count: application.tasks.count)
            var pending = Array(application.tasks.indices)
            // Each turn settles the tasks whose followers are settled; there is no circle.
            var length = 1
            while !pending.isEmpty {
                let waitedFor = Set(pending.flatMap { application.tasks[$0].inputs.map(\.task) })
                let last = pending.filter { !waitedFor.contains($0) }
                for task in last { depths[task] = length }
                pending.removeAll { depths[$0] > 0 }
                length += 1
            }
            depth += depths
        }
    }
}
