public import Gym

/// Jobs on a system on chip, a decision for every ready task: on which element it runs.
public struct SoCScheduling: Environment {
    /// The elements as choices, what is seen before each, and what is reported after it.
    public let spec: EnvironmentSpec
    private let problem: SoCProblem
    private let sight: SchedulingSight
    var episode: SchedulingEpisode?
    /// Whether episodes that begin from now on are written down.
    public var recordsSchedule = false
    private var plans: ElementPlans
    private var planned: [(task: Int, element: Int)] = []

    /// What the catalog lists.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(datasheet) { options in try SoCScheduling(options) }
    }

    /// Reads workload and platform.
    ///
    /// - Throws: `GymError` that names what is wrong with an option or a file.
    public init(_ options: Options) throws {
        problem = try SoCProblem(options)
        sight = SchedulingSight(problem, showsGraph: options.text("observation") == "graph")
        plans = ElementPlans(elements: problem.tables.elementCount)
        let elements = problem.tables.platform.elementNames.map { $0.lowercased() }
        let space = Space([
            Parameter(
                "element", .categorical(elements), default: .text(elements[0]), note: "where the task at hand will run")
        ])
        let first = problem.order == .finish ? "advice_etf" : "advice_eft"
        spec = EnvironmentSpec(
            id: SoCScheduling.datasheet.id, actionSpace: space,
            observationNames: sight.names + [first, "advice_met", "advice_peft", "advice_heft-rt"],
            metrics: SchedulingMetrics.all, horizon: problem.horizon, isPure: false,
            reference: SchedulingMetrics.reference(problem))
    }

    /// Begins an episode at its first decision.
    public mutating func reset(seed: UInt64, deadline: Deadline) throws -> Observation {
        let episode = SchedulingEpisode(problem, seed: seed, records: recordsSchedule)
        self.episode = episode
        guard !episode.isOver else { throw GymError(.badInput, "an episode has nothing to decide") }
        return observe(episode)
    }

    /// Places the task at hand and goes on to the next one.
    public mutating func step(_ action: Action, deadline: Deadline) throws -> Evaluation {
        guard var episode, !episode.isOver else {
            throw GymError(.stepBeforeReset, "a step before the first reset")
        }
        // Two owners of one simulation would copy it whole.
        self.episode = nil
        episode.decide(place(episode), on: Int(action[0]))
        let metrics = episode.measure()
        self.episode = episode
        return Evaluation(observation: observe(episode), metrics: metrics, terminated: episode.isOver)
    }

    /// The place of the task at hand among those that are open.
    private func place(_ episode: SchedulingEpisode) -> Int { problem.order == .finish ? episode.earliest : 0 }

    private mutating func observe(_ episode: SchedulingEpisode) -> Observation {
        guard !episode.isOver else {
            planned = []
            return Observation([Double](repeating: 0, count: spec.observationNames.count))
        }
        let place = place(episode)
        let task = episode.open[place]
        let tables = problem.tables
        let row = Int(episode.simulation.tasks[task].row)
        var legal = [Bool](repeating: false, count: tables.elementCount)
        for choice in tables.choiceStart[row]..<tables.choiceStart[row + 1] {
            legal[tables.choices[choice].element] = true
        }
        if !planned.contains(where: { $0.task == task }) || episode.isFreshTick {
            planned = plans.advise(episode.open, in: episode.simulation)
        }
        let plan = planned.first { $0.task == task }?.element ?? 0
        let advice = [
            episode.bestElement(place), episode.simulation.fastest(row),
            episode.simulation.mostPromising(task, problem),
            plan,
        ]
        return Observation(sight.values(task, episode) + advice.map(Double.init), legal: [legal])
    }
}

extension Simulation {
    /// The element with the shortest time of a task: an idle one of equals, then one with the fewest tasks.
    func fastest(_ row: Int) -> Int {
        let range = tables.choiceStart[row]..<tables.choiceStart[row + 1]
        func key(_ element: Int) -> (Int, Int) {
            (elements[element].isBusy ? 1 : 0, queues[element].count + pendingCount(element))
        }
        var best = tables.choices[range.lowerBound]
        for place in range.dropFirst() {
            let other = tables.choices[place]
            if other.time < best.time || (other.time == best.time && key(other.element) < key(best.element)) {
                best = other
            }
        }
        return best.element
    }

    /// Tasks that were given to an element at this tick.
    private func pendingCount(_ element: Int) -> Int { ready.count { tasks[$0].element == Int32(element) } }

    /// The element where the end of the task's application could come first.
    func mostPromising(_ task: Int, _ problem: SoCProblem) -> Int {
        let row = Int(tasks[task].row)
        var best = (element: 0, value: Double.infinity)
        for place in tables.choiceStart[row]..<tables.choiceStart[row + 1] {
            let choice = tables.choices[place]
            let value =
                finishTime(task, on: choice.element, taking: choice.time)
                + problem.facts.rest[row * tables.elementCount + choice.element]
            if value < best.value { best = (choice.element, value) }
        }
        return best.element
    }
}
