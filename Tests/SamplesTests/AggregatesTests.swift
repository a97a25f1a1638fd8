import Gym
import Samples
import Testing

@Suite("What the log sums up in SQL")
struct AggregatesTests {
    private let folder: Folder
    private let log: SampleLog
    private let samples: [Sample]
    private let trials: [Int64]

    /// Two trials of 300 samples on a plain space: some cached, some failed, some that break a constraint.
    init() throws {
        folder = try Folder()
        log = try SampleLog(path: folder.path(), mode: .write)
        trials = [try log.opened(), try log.opened(Fixture.trial("second"))]
        samples = trials.flatMap { trial in
            (0..<300).map { number in
                var sample = Fixture.sample(number + Int(trial) * 1_000, trial: trial)
                (sample.number, sample.isCached) = (Int64(number), number % 7 == 3)
                if number % 11 == 5 { sample.score.violation = 0.25 }
                if number % 13 == 6 {
                    sample.evaluation.status = number.isMultiple(of: 2) ? .failed("hung") : .infeasible("hot")
                    (sample.score.reward, sample.evaluation.metrics) = (nil, [nil, nil])
                }
                return sample
            }
        }
        try log.append(samples)
    }

    private func own(_ trial: Int64) -> [Sample] { samples.filter { $0.trial == trial } }

    private func isGood(_ sample: Sample) -> Bool {
        sample.evaluation.status == .ok && sample.score.violation == 0 && !sample.isCached
    }

    @Test("stages count and find what all samples up to them say")
    func stages() throws {
        let moments: [Int64] = [1, 2, 10, 11, 150, 300]
        let stages = try log.stages(of: trials[1], at: moments, metrics: [1])
        for (moment, stage) in zip(moments, stages) {
            let seen = own(trials[1]).prefix(Int(moment))
            #expect(stage.proposals == moment && stage.evaluated == Int64(seen.count { !$0.isCached }))
            let best = seen.filter { $0.score.violation == 0 && $0.score.reward != nil }
                .max { ($0.score.reward ?? 0) < ($1.score.reward ?? 0) }
            #expect(stage.best?.number == best?.number && stage.best?.reward == best?.score.reward)
            #expect(stage.best?.metrics == best.map { [nil, $0.evaluation.metrics[1]] })
            #expect(stage.best?.at == best?.at)
        }
    }

    @Test("a front holds what nothing beats")
    func front() throws {
        let front = try log.front(of: trials, 0, 1)
        let points = samples.filter(isGood).map { ($0, $0.evaluation.metrics[0] ?? 0, $0.evaluation.metrics[1] ?? 0) }
        let expected = points.filter { point in
            !points.contains { $0.1 <= point.1 && $0.2 <= point.2 && ($0.1 < point.1 || $0.2 < point.2) }
        }.sorted { $0.1 < $1.1 }
        #expect(front.map(\.x) == expected.map(\.1) && front.map(\.y) == expected.map(\.2))
        #expect(front.map(\.place.number) == expected.map(\.0.number))
    }

    @Test("leaders are the best of all, those that keep the constraints first")
    func leaders() throws {
        let expected = samples.filter { $0.score.reward != nil }.sorted {
            ($0.score.violation, -($0.score.reward ?? 0)) < ($1.score.violation, -($1.score.reward ?? 0))
        }
        let places = try log.leaders(of: trials, limit: 500)
        #expect(places.map(\.number) == expected.prefix(500).map(\.number))
        #expect(try log.sample(at: places[0]) == expected[0])
    }

    @Test("the best share is spread evenly over the samples that reach it", arguments: [5, 12, 1_000])
    func bestShare(_ limit: Int) throws {
        let good = samples.filter(isGood)
        let count = Int((Double(good.count) * 0.1).rounded(.up))
        let least = good.compactMap(\.score.reward).sorted(by: >)[count - 1]
        let reach = Set(good.filter { ($0.score.reward ?? 0) >= least }.map { [$0.trial, $0.number] })
        let places = try log.best(share: 0.1, of: trials, limit: limit).map { [$0.trial, $0.number] }
        #expect(places.count <= limit && places.count > min(limit, count) / 3 && Set(places).count == places.count)
        #expect(reach.isSuperset(of: places) && (limit < count || places.count == count))
    }

    @Test("reasons are counted, the most frequent first, and failures found")
    func reasons() throws {
        let bad = samples.filter { $0.evaluation.status != .ok && !$0.isCached }
        let reasons = try log.reasons(of: trials, limit: 9)
        #expect(reasons.reduce(0) { $0 + $1.count } == bad.count)
        #expect(reasons.map(\.status).sorted() == ["failed", "infeasible"] && reasons[0].count >= reasons[1].count)
        let failed = samples.filter { $0.evaluation.status == .failed("hung") }
        #expect(try log.failures(of: trials, limit: 99).map(\.number) == failed.map(\.number))
    }

    @Test("a walk meets every good sample of its trial in order")
    func walk() throws {
        var met: [(Int64, [Double])] = []
        try log.walk(trial: trials[0], metrics: [1, 0]) { met.append(($0, $1)) }
        let expected = own(trials[0]).filter(isGood)
        #expect(met.map(\.0) == expected.map(\.number))
        #expect(met.map(\.1) == expected.map { [$0.evaluation.metrics[1] ?? 0, $0.evaluation.metrics[0] ?? 0] })
    }

    @Test("no trials give nothing, and a trial that is not there is an error")
    func nothing() throws {
        #expect(try log.front(of: [], 0, 1).isEmpty && log.leaders(of: [], limit: 3).isEmpty)
        #expect(try log.best(share: 0.1, of: [], limit: 3).isEmpty && log.reasons(of: [], limit: 3).isEmpty)
        #expect(throws: GymError.self) { try log.stages(of: 99, at: [1], metrics: []) }
        #expect(throws: GymError.self) { try log.record(of: "none") }
        #expect(try log.record(of: "study").manifest.isEmpty)
    }
}
