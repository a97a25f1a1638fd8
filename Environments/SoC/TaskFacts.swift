/// What is known of every task beforehand, from its application's graph on the platform: what observations show of the
/// way that is still to go.
struct TaskFacts: Sendable {
    /// us to which times are related: the mean time of the tasks that take any.
    let unit: Double
    /// us from the start of each task to the end of its application, by mean times and transfers (HEFT's rank).
    let rank: [Double]
    /// us that the rest of the application takes at best after a task ran on an element, `row * elements + element`
    /// (PEFT's optimistic cost).
    let rest: [Double]
    /// The greatest rank of each application.
    let longestWay: [Double]
    /// How many tasks wait for each.
    let followerCount: [Double]
    let elementCount: Int

    init(_ tables: TaskTables) {
        elementCount = tables.elementCount
        let times = tables.meanTime.filter { $0 > 0 }
        unit = times.isEmpty ? 1 : times.reduce(0, +) / Double(times.count)
        var rank = [Double](repeating: 0, count: tables.meanTime.count)
        var rest = [Double](repeating: 0, count: tables.meanTime.count * tables.elementCount)
        var longest: [Double] = []
        for (place, application) in tables.applications.enumerated() {
            let start = tables.taskStart[place]
            let rows = application.tasks.indices.sorted { tables.depth[start + $0] < tables.depth[start + $1] }
            for task in rows {
                let row = start + task
                var way = 0.0
                for follower in tables.followerStart[row]..<tables.followerStart[row + 1] {
                    let other = start + tables.followers[follower]
                    let input = TaskFacts.input(of: other, from: task, tables)
                    way = max(way, tables.meanTransfer(input) + rank[other])
                    TaskFacts.extend(&rest, row, by: other, input, tables)
                }
                rank[row] = tables.meanTime[row] + way
            }
            longest.append(application.tasks.indices.map { rank[start + $0] }.max() ?? 1)
        }
        (self.rank, self.rest, longestWay) = (rank, rest, longest)
        followerCount = tables.meanTime.indices.map { Double(tables.followerStart[$0 + 1] - tables.followerStart[$0]) }
    }

    /// Which input of a task comes from another one.
    private static func input(of row: Int, from task: Int, _ tables: TaskTables) -> Int {
        let range = tables.inputStart[row]..<tables.inputStart[row + 1]
        return range.first { tables.inputs[$0] == task } ?? range.lowerBound
    }

    private static func extend(
        _ rest: inout [Double], _ row: Int, by other: Int, _ input: Int, _ tables: TaskTables
    ) {
        let count = tables.elementCount
        for element in 0..<count {
            var least = Double.infinity
            for place in tables.choiceStart[other]..<tables.choiceStart[other + 1] {
                let choice = tables.choices[place]
                let transfer = Double(tables.transfer(input, from: element, to: choice.element))
                least = min(least, rest[other * count + choice.element] + choice.time + transfer)
            }
            rest[row * count + element] = max(rest[row * count + element], least)
        }
    }
}
