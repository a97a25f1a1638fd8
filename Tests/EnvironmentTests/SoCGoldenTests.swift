import Environments
import Foundation
import Gym
import Testing

@Suite("Jobs on a SoC run as in DS3, task by task", .enabled(if: SharedFiles.has(SoCRow.file)))
struct SoCGoldenTests {
    /// How one row compares.
    private struct Comparison {
        let row: SoCRow
        let isExact: Bool
        let latency: Double
        let energy: Double
        let heat: Double

        /// Frequencies that change leave room for the order of floating-point sums.
        var mustBeExact: Bool { row["tol_time"] == "exact" }
    }

    private static func compare(_ row: SoCRow, _ wanted: [[Int]]) throws -> Comparison {
        var (simulation, rule) = try row.run()
        var placer = Placer(rule, on: simulation.tables)
        placer.run(&simulation)
        let found = simulation.record.map { [$0.job, $0.task, $0.element, $0.start, $0.finish] }
            .sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
        let jobs = simulation.tally.latencies.sorted { $0.job < $1.job }
        let makespan = try row.number("makespan_us")
        // The rows number memory, which runs nothing, as the last element.
        let isExact =
            found == wanted && jobs.map(\.latency) == row.numbers("job_latency_us")
            && jobs.map(\.injected) == row.numbers("injected_us")
            && Double(simulation.tally.lastCompletion) == makespan
            && simulation.tally.active + [0] == row.numbers("pe_active_us")
            && simulation.tally.blocking + [0] == row.numbers("pe_blocking_us")
        let (latency, energy) = (try row.number("mean_latency_us"), try row.number("energy_J"))
        let heat = try row.number("final_max_temp_C")
        return Comparison(
            row: row, isExact: isExact, latency: abs((simulation.tally.meanLatency ?? 0) / latency - 1),
            energy: abs(simulation.tally.totalEnergy / energy - 1), heat: abs(simulation.temperature - heat))
    }

    @Test("every online row: each task's element, start and finish, latencies, activity, blocking, energy and heat")
    func online() throws {
        let schedules = try SoCRow.schedules()
        let rows = try SoCRow.all("online")
        try #require(rows.count == 35)
        let results = try rows.map { try Self.compare($0, #require(schedules[$0["id"]])) }
        print("DS3: \(results.count(where: \.isExact)) of \(rows.count) runs equal in every task, latency and counter")
        for (name, part) in Dictionary(grouping: results, by: { $0.row["scheduler"] }).sorted(by: { $0.key < $1.key }) {
            print(
                String(
                    format: "  %@ %2d runs, %2d exact, worst energy %.1e, worst heat %.1e C",
                    name.padding(toLength: 10, withPad: " ", startingAt: 0), part.count,
                    part.count(where: \.isExact), part.map(\.energy).max() ?? .nan, part.map(\.heat).max() ?? .nan))
        }
        for result in results {
            let id = result.row["id"]
            #expect(result.isExact || !result.mustBeExact, "\(id): a task, latency or counter differs")
            #expect(result.latency <= 0.01, "\(id): mean latency")
            #expect(result.energy <= 1e-6, "\(id): energy is off by \(result.energy)")
            #expect(result.heat <= 0.001, "\(id): heat is off by \(result.heat)")
        }
    }

    @Test("following energy or not leaves every task where it is")
    func withoutEnergy() throws {
        for row in try SoCRow.all("online") {
            let (simulation, rule) = try row.run()
            var settings = simulation.settings
            settings.tracksEnergy = false
            var (with, without) = (simulation, Simulation(simulation.tables, simulation.comingJobs, settings))
            var (one, other) = (Placer(rule, on: with.tables), Placer(rule, on: with.tables))
            one.run(&with)
            other.run(&without)
            #expect(with.record == without.record, "\(row["id"])")
        }
    }
}

@Suite("Static schedules are the textbooks'")
struct StaticScheduleTests {
    /// Makespans of HEFT, CPOP and PEFT and the proven optimum of the ten graphs.
    private static let table = [
        [80, 86, 85, 73], [90, 95, 95, 81], [89, 122, 90, 80], [98, 119, 114, 87], [97, 96, 88, 85], [90, 93, 92, 80],
        [83, 85, 72, 72], [69, 85, 78, 65], [78, 89, 87, 72], [82, 103, 74, 74],
    ].map { $0.map(Double.init) }

    private static var problems: [(name: String, problem: StaticProblem)] {
        get throws {
            let three = try #require(BuiltInProfiles.platforms.first { $0.name == "three" })
            return BuiltInProfiles.topcuoglu.map { ($0.name, StaticProblem($0, on: three)) }
        }
    }

    @Test("HEFT, CPOP, PEFT and the optimum of Topcuoglu's graph and nine like it")
    func makespans() throws {
        print("graph     HEFT  CPOP  PEFT  optimum")
        for ((name, problem), wanted) in zip(try Self.problems, Self.table) {
            let schedules = StaticRule.allCases.map { $0.schedule(problem) }
            let exact = ExactSchedule.search(problem)
            let found = schedules.map(\.makespan) + [exact.value]
            print(
                name.padding(toLength: 9, withPad: " ", startingAt: 0)
                    + found.map { String(format: "%6.0f", $0) }.joined())
            #expect(found == wanted, "\(name)")
            #expect(exact.isProven && exact.schedule.makespan == exact.value)
            for schedule in schedules + [exact.schedule] { #expect(schedule.flaw(in: problem) == nil, "\(name)") }
        }
    }

    @Test("each golden row's tasks are where they are", .enabled(if: SharedFiles.has(SoCRow.file)))
    func rows() throws {
        let problems = try Self.problems
        var count = 0
        for row in try SoCRow.all("static") where !row["schedule"].isEmpty {
            let place = try #require(Int(row["workload"].dropFirst(4)))
            let rule = try #require(StaticRule(rawValue: row["scheduler"].lowercased()))
            let schedule = rule.schedule(problems[place - 1].problem)
            let data = Data(row["schedule"].utf8)
            let wanted = try #require(JSONSerialization.jsonObject(with: data) as? [[Double]])
            let found = wanted.indices.map { task in
                [Double(task), Double(schedule.processors[task]), schedule.starts[task], schedule.finishes[task]]
            }
            #expect(found == wanted, "\(row["id"])")
            count += 1
        }
        #expect(count == 15)
    }

    @Test("a schedule that breaks a rule is found out")
    func flaws() throws {
        let problem = try #require(try Self.problems.first).problem
        let good = StaticRule.heft.schedule(problem)
        var early = good
        early.starts[9] -= 1
        early.finishes[9] -= 1
        #expect(early.flaw(in: problem)?.contains("starts too early") == true)
        var stacked = good
        stacked.processors = stacked.processors.map { _ in 0 }
        #expect(stacked.flaw(in: problem) != nil)
    }

    /// The least value over every order and every processor, tried one by one.
    private static func tried(_ problem: StaticProblem, jobs: [Int]?) -> Double {
        func best(_ finishes: [Double], _ processors: [Int], _ free: [Double]) -> Double {
            let left = finishes.indices.filter { processors[$0] < 0 }
            guard !left.isEmpty else {
                guard let jobs else { return finishes.max() ?? 0 }
                return Set(jobs).reduce(0) { sum, job in
                    sum + (finishes.indices.filter { jobs[$0] == job }.map { finishes[$0] }.max() ?? 0)
                }
            }
            var least = Double.infinity
            for task in left where problem.inputs[task].allSatisfy({ processors[$0.task] >= 0 }) {
                for processor in free.indices {
                    var start = max(free[processor], problem.releases[task])
                    for edge in problem.inputs[task] {
                        let away = processors[edge.task] == processor ? 0 : edge.time
                        start = max(start, finishes[edge.task] + away)
                    }
                    var (nextFinishes, nextProcessors, nextFree) = (finishes, processors, free)
                    nextFinishes[task] = start + problem.times[task][processor]
                    nextProcessors[task] = processor
                    nextFree[processor] = nextFinishes[task]
                    least = min(least, best(nextFinishes, nextProcessors, nextFree))
                }
            }
            return least
        }
        let count = problem.times.count
        return best(
            [Double](repeating: 0, count: count), [Int](repeating: -1, count: count),
            [Double](repeating: 0, count: problem.times[0].count))
    }

    @Test("the optimum of small graphs is what trying everything finds, and no rule beats it", arguments: 0..<12)
    func everything(_ seed: UInt64) throws {
        var generator = Generator(seed: seed, "graphs")
        let times = (0..<5).map { _ in (0..<2).map { _ in Double(1 + generator.below(20)) } }
        let inputs = (0..<5).map { task in
            (0..<task).filter { _ in generator.chance(0.5) }.map { ($0, Double(generator.below(15))) }
        }
        let problem = StaticProblem(times: times, inputs: inputs)
        let exact = ExactSchedule.search(problem)
        #expect(exact.value == Self.tried(problem, jobs: nil) && exact.isProven)
        for rule in StaticRule.allCases { #expect(rule.schedule(problem).makespan >= exact.value) }
        let jobs = [0, 0, 0, 1, 1]
        let sum = ExactSchedule.search(problem, .sum(jobs: jobs))
        #expect(sum.value == Self.tried(problem, jobs: jobs))
        #expect(sum.schedule.flaw(in: problem) == nil && exact.schedule.flaw(in: problem) == nil)
    }

    @Test("two jobs are released one after the other")
    func releases() throws {
        let problems = try Self.problems.map(\.problem)
        let pair = StaticProblem(problems[0], and: problems[1], after: 25)
        let jobs = [Int](repeating: 0, count: 10) + [Int](repeating: 1, count: 10)
        let result = ExactSchedule.search(pair, .sum(jobs: jobs), limit: 20_000)
        // 164 us after their releases is the proven optimum.
        #expect(result.schedule.flaw(in: pair) == nil && result.value - 25 >= 164)
    }
}
