import Environments
import Gym
import Testing

@Suite("The engine's clock, queues and counters")
struct SoCEngineTests {
    private static let chip = """
        clusters:
          - { name: A, count: 1, voltages: { 500: 800, 1000: 900 }, power: { 1000: [0.1] } }
          - { name: B, count: 1, voltages: { 1000: 900 }, power: { 1000: [0.1] } }
          - { name: memory, kind: memory }
        """
    private static let pair = """
        applications:
          - name: pair
            deadline: 30
            tasks:
              - { name: first, times: { A: 10 } }
              - { name: second, after: { first: 5 }, times: { A: 20, B: 20 } }
        """

    private static func run(
        _ gaps: [Int], chip: String = chip, rule: PlacingRule = .eft,
        _ change: (inout SimulationSettings) -> Void = { _ in }
    ) throws -> Simulation {
        let tables = try TaskTables(
            Application.read(text: pair, file: "pair"), on: Platform(text: chip, file: "chip"))
        var settings = SimulationSettings()
        (settings.records, settings.keepsLatencies) = (true, true)
        change(&settings)
        let jobs = gaps.map { Arrivals.Job(application: 0, gap: $0) }
        var simulation = Simulation(tables, Arrivals(jobs), settings)
        var placer = Placer(rule, on: tables)
        placer.run(&simulation)
        return simulation
    }

    @Test("a job alone takes its tasks one after the other, on the same element without a transfer")
    func alone() throws {
        let simulation = try Self.run([0])
        #expect(
            simulation.record.map { [$0.task, $0.element, $0.start, $0.finish] } == [[0, 0, 0, 10], [1, 0, 10, 30]])
        #expect(simulation.tally.latencies.map(\.latency) == [30] && simulation.tally.missed == 0)
        #expect(simulation.tally.active == [30, 0])
    }

    @Test("two jobs at once: the second is seen a tick later, and its tasks go where they end first")
    func two() throws {
        let simulation = try Self.run([0, 0])
        let second = simulation.record.filter { $0.job == 1 }.map { [$0.task, $0.element, $0.start, $0.finish] }
        #expect(second == [[0, 0, 10, 20], [1, 0, 20, 40]])
        #expect(simulation.tally.latencies.map(\.latency).sorted() == [35, 40])
        #expect(simulation.tally.missed == 2 && simulation.tally.tardiness == 15)
        #expect(simulation.tally.jobTime == simulation.tally.latencies.reduce(0) { $0 + $1.latency })
    }

    @Test("at half its frequency a cluster takes twice as long, and ondemand falls when there is nothing to do")
    func frequency() throws {
        let slow = Self.chip.replacing("name: A, count: 1,", with: "name: A, count: 1, governor: constant-500,")
        let simulation = try Self.run([0], chip: slow, rule: .met)
        #expect(simulation.record.map { [$0.start, $0.finish] } == [[0, 20], [20, 60]])
        let lazy = Self.chip.replacing("name: A, count: 1,", with: "name: A, count: 1, governor: ondemand,")
        let waits = try Self.run([0, 200], chip: lazy, rule: .met)
        let later = waits.record.filter { $0.job == 1 }.map { $0.finish - $0.start }
        #expect(later[0] > 10, "the second job meets a slow cluster")
    }

    @Test("data that pass through memory take both ways")
    func memory() throws {
        let simulation = try Self.run([0], rule: .met) { $0.sharesMemory = true }
        // 5 us to memory, seen then, and 5 us back.
        #expect(simulation.record.last.map { [$0.start, $0.finish] } == [20, 40])
    }

    @Test("no more jobs than the cap are in the system, and waiting outside is not counted")
    func cap() throws {
        let simulation = try Self.run([0, 1, 1]) { $0.cap = 1 }
        #expect(simulation.tally.latencies.map(\.latency) == [30, 30, 30])
        #expect(simulation.tally.latencies.map(\.injected) == [0, 30, 60])
    }

    @Test("what ends before the warm-up is over is not counted")
    func warmUp() throws {
        let all = try Self.run([0, 100, 100])
        let late = try Self.run([0, 100, 100]) { $0.warmUp = 120 }
        #expect(all.tally.completed == 3 && late.tally.completed == 2)
        #expect(late.tally.totalEnergy < all.tally.totalEnergy)
    }

    @Test("noise changes times, depends on the seed alone, and leaves zero times alone")
    func noise() throws {
        func durations(_ seed: UInt64, _ rule: PlacingRule) throws -> [Int] {
            try Self.run([0, 40, 40, 40], rule: rule) { ($0.noise, $0.seed) = (0.3, seed) }.record
                .filter { $0.task == 0 }.map { $0.finish - $0.start }
        }
        let first = try durations(1, .eft)
        #expect(Set(first).count > 1 && first != [10, 10, 10, 10])
        #expect(try first == durations(1, .random))
        #expect(try first != durations(2, .eft))
    }

    @Test("a run that ends by the clock ends there, its jobs in the system counted until then")
    func end() throws {
        let simulation = try Self.run([0, 5]) { $0.end = 12 }
        #expect(simulation.tally.completed == 0 && simulation.tally.jobTime == 12 + 7)
    }

    @Test("a hot chip slows down where it may, and only there")
    func throttling() throws {
        let chip = Self.chip.replacing("name: A, count: 1,", with: "name: A, kind: big, count: 1, trips: [500],")
            .replacing("[0.1] }", with: "[12] }").replacing("500: 800", with: "500: 400")
        let gaps = [0] + [Int](repeating: 30, count: 400)
        let free = try Self.run(gaps, chip: chip)
        let bound = try Self.run(gaps, chip: chip) { $0.throttles = true }
        #expect(free.temperature > 95 && bound.temperature < 87)
        #expect(bound.tally.lastCompletion > free.tally.lastCompletion)
    }

    @Test("every rule places every task where it can run and completes every job", arguments: PlacingRule.allCases)
    func rules(_ rule: PlacingRule) throws {
        let platform = try #require(BuiltInProfiles.platforms.first)
        let tables = try TaskTables(BuiltInProfiles.radio, on: platform)
        var settings = SimulationSettings()
        (settings.jobs, settings.records) = (60, true)
        let arrivals = Arrivals(mean: 80, weights: BuiltInProfiles.radio.map { _ in 1 }, jobs: 60, seed: 3)
        var simulation = Simulation(tables, arrivals, settings)
        var placer = Placer(rule, on: tables, seed: 1)
        placer.run(&simulation)
        #expect(simulation.tally.completed == 60)
        for (element, tasks) in Dictionary(grouping: simulation.record, by: \.element) {
            let sorted = tasks.sorted { ($0.start, $0.finish) < ($1.start, $1.finish) }
            for (one, next) in zip(sorted, sorted.dropFirst()) {
                #expect(one.finish <= next.start, "\(rule.name) overlaps on element \(element)")
            }
        }
        for task in simulation.record {
            let application = BuiltInProfiles.radio[task.application]
            for input in application.tasks[task.task].inputs {
                let source = simulation.record.first { $0.job == task.job && $0.task == input.task }
                #expect((source?.finish ?? .max) <= task.start, "\(rule.name)")
            }
        }
    }
}
