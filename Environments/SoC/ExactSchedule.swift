import Gym

/// The best schedule of a small graph, by branch and bound over the order in which tasks are appended to processors.
///
/// Tasks are appended in the order of their starts, which leaves no schedule out that could be better than all others:
/// every active schedule arises so. A branch is cut when a bound says that it can't beat the best known: the longest
/// way on from each task at its fastest, and the work that is left over all processors.
package struct ExactSchedule {
    /// What is minimised.
    package enum Goal: Sendable {
        /// When the last task finishes.
        case makespan
        /// The sum over jobs of when each finishes: `jobs` gives the job of each task, by number.
        case sum(jobs: [Int])
    }

    /// What a search found.
    package struct Result: Sendable {
        /// The best schedule found.
        package let schedule: StaticSchedule
        /// Its value, us.
        package let value: Double
        /// Whether no schedule is better.
        package let isProven: Bool
        /// How many partial schedules were looked at.
        package let nodes: Int
    }

    private let problem: StaticProblem
    private let jobs: [Int]
    private let jobCount: Int
    /// Whether the value is a sum over jobs instead of the last finish.
    private let sums: Bool
    /// us from a task's start on a processor to the end of its job, transfers only where they can't be avoided.
    private let tails: [[Double]]
    private let fastest: [Double]
    private let limit: Int

    // The partial schedule.
    private var schedule: StaticSchedule
    private var free: [Double]
    private var waits: [Int]
    private var isDone: [Bool]
    private var doneCount = 0

    private var best: StaticSchedule
    private var bestValue: Double
    private var nodes = 0
    private var seen: [[UInt64]: [[Double]]] = [:]

    private init(_ problem: StaticProblem, _ goal: Goal, limit: Int) {
        (self.problem, self.limit) = (problem, limit)
        let count = problem.times.count
        switch goal {
        case .makespan: (jobs, sums) = ([Int](repeating: 0, count: count), false)
        case .sum(let jobs): (self.jobs, sums) = (jobs, true)
        }
        jobCount = (jobs.max() ?? 0) + 1
        tails = ExactSchedule.tails(problem, jobs)
        fastest = problem.times.map { $0.min() ?? 0 }
        schedule = StaticSchedule(tasks: count)
        free = [Double](repeating: 0, count: problem.times.first?.count ?? 0)
        waits = problem.inputs.map(\.count)
        isDone = [Bool](repeating: false, count: count)
        best = StaticRule.heft.schedule(problem)
        bestValue = .infinity
        for rule in StaticRule.allCases {
            let candidate = rule.schedule(problem)
            let value = self.value(of: candidate)
            if value < bestValue { (best, bestValue) = (candidate, value) }
        }
    }

    /// Searches for the best schedule, looking at `limit` partial schedules at most.
    package static func search(
        _ problem: StaticProblem, _ goal: Goal = .makespan, limit: Int = 20_000_000
    ) -> Result {
        var search = ExactSchedule(problem, goal, limit: limit)
        search.branch(from: 0)
        return Result(
            schedule: search.best, value: search.bestValue, isProven: search.nodes < limit, nodes: search.nodes)
    }

    private func value(of schedule: StaticSchedule) -> Double {
        guard sums else { return schedule.makespan }
        var ends = [Double](repeating: 0, count: jobCount)
        for (task, job) in jobs.enumerated() { ends[job] = max(ends[job], schedule.finishes[task]) }
        return ends.reduce(0, +)
    }

    private static func tails(_ problem: StaticProblem, _ jobs: [Int]) -> [[Double]] {
        var tails = problem.times
        for task in problem.order.reversed() {
            for processor in tails[task].indices where tails[task][processor] < .infinity {
                let rest =
                    problem.followers[task].filter { jobs[$0.task] == jobs[task] }.map { edge in
                        tails[edge.task].enumerated().map { other, tail in
                            tail + (other == processor ? 0 : edge.time)
                        }.min() ?? 0
                    }.max() ?? 0
                tails[task][processor] += rest
            }
        }
        return tails
    }

    /// The first time at which a task could start on a processor behind what is there.
    private func start(_ task: Int, on processor: Int) -> Double {
        var arrival = max(problem.releases[task], free[processor])
        for edge in problem.inputs[task] {
            let time = schedule.processors[edge.task] == processor ? 0 : edge.time
            arrival = max(arrival, schedule.finishes[edge.task] + time)
        }
        return arrival
    }

    private mutating func branch(from lastStart: Double) {
        guard nodes < limit else { return }
        nodes += 1
        if doneCount == isDone.count {
            let value = self.value(of: schedule)
            if value < bestValue { (best, bestValue) = (schedule, value) }
            return
        }
        guard bound() < bestValue, isNew(from: lastStart) else { return }
        var moves: [(task: Int, processor: Int, start: Double, rank: Double)] = []
        for task in isDone.indices where !isDone[task] && waits[task] == 0 {
            for processor in free.indices where problem.times[task][processor] < .infinity {
                let start = start(task, on: processor)
                // Appending in the order of starts: what would start earlier than the last one was left out before.
                guard start >= lastStart else { continue }
                moves.append((task, processor, start, start + tails[task][processor]))
            }
        }
        moves.sort {
            ($0.start + problem.times[$0.task][$0.processor], -$0.rank, $0.task, $0.processor)
                < ($1.start + problem.times[$1.task][$1.processor], -$1.rank, $1.task, $1.processor)
        }
        for move in moves {
            let before = free[move.processor]
            put(move.task, on: move.processor, at: move.start)
            branch(from: move.start)
            take(move.task, from: move.processor, before)
        }
    }

    private mutating func put(_ task: Int, on processor: Int, at start: Double) {
        schedule.processors[task] = processor
        schedule.starts[task] = start
        schedule.finishes[task] = start + problem.times[task][processor]
        free[processor] = schedule.finishes[task]
        isDone[task] = true
        doneCount += 1
        for edge in problem.followers[task] { waits[edge.task] -= 1 }
    }

    private mutating func take(_ task: Int, from processor: Int, _ before: Double) {
        for edge in problem.followers[task] { waits[edge.task] += 1 }
        doneCount -= 1
        isDone[task] = false
        free[processor] = before
        schedule.processors[task] = -1
        (schedule.starts[task], schedule.finishes[task]) = (0, 0)
    }

    /// A value that no completion of the partial schedule is below.
    private func bound() -> Double {
        var ends = [Double](repeating: 0, count: jobCount)
        var earliest = [Double](repeating: 0, count: isDone.count)
        var work = 0.0
        for task in problem.order {
            if isDone[task] {
                earliest[task] = schedule.finishes[task]
                ends[jobs[task]] = max(ends[jobs[task]], schedule.finishes[task])
                continue
            }
            work += fastest[task]
            var (end, way) = (Double.infinity, Double.infinity)
            for processor in free.indices where problem.times[task][processor] < .infinity {
                var arrival = max(problem.releases[task], free[processor])
                for edge in problem.inputs[task] {
                    let isAway = isDone[edge.task] && schedule.processors[edge.task] != processor
                    arrival = max(arrival, earliest[edge.task] + (isAway ? edge.time : 0))
                }
                end = min(end, arrival + problem.times[task][processor])
                way = min(way, arrival + tails[task][processor])
            }
            earliest[task] = end
            ends[jobs[task]] = max(ends[jobs[task]], way)
        }
        let value = sums ? ends.reduce(0, +) : ends[0]
        guard !sums else { return value }
        return max(value, (free.reduce(0, +) + work) / Double(free.count))
    }

    /// Whether no partial schedule of the same tasks was met that is at least as good in every way.
    private mutating func isNew(from lastStart: Double) -> Bool {
        var key = [UInt64](repeating: 0, count: (isDone.count + 63) / 64)
        for task in isDone.indices where isDone[task] { key[task / 64] |= 1 << UInt64(task % 64) }
        var state = free
        state.append(lastStart)
        var ends = [Double](repeating: 0, count: sums ? jobCount : 0)
        for task in isDone.indices {
            if isDone[task] {
                if sums { ends[jobs[task]] = max(ends[jobs[task]], schedule.finishes[task]) }
                continue
            }
            let inputs = problem.inputs[task].filter { isDone[$0.task] }
            guard !inputs.isEmpty else { continue }
            for processor in free.indices where problem.times[task][processor] < .infinity {
                state.append(
                    inputs.reduce(0) { latest, edge in
                        let away = schedule.processors[edge.task] == processor ? 0 : edge.time
                        return max(latest, schedule.finishes[edge.task] + away)
                    })
            }
        }
        state += ends
        let others = seen[key, default: []]
        for other in others where zip(other, state).allSatisfy({ $0 <= $1 }) { return false }
        if others.count < 64 { seen[key, default: []].append(state) }
        return true
    }
}
