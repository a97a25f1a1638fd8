import Gym
import Reports
import Samples
import Testing

@Suite("A report's figures")
struct ReportTests {
    private let folder: Folder
    private let path: String

    init() throws {
        folder = try Folder()
        path = folder.path("log.db")
    }

    private func latencies(_ values: [Double]) -> [Fixture.Given] { values.map { Fixture.Given(latency: $0) } }

    @Test("the best so far is the median over trials with their quartiles, those that ended carried on")
    func bestSoFar() throws {
        try Fixture.write(
            [
                ("genetic-s1", latencies([9, 5, 7, 3])), ("genetic-s2", latencies([8, 6])),
                ("genetic-s3", latencies([10, 4, 4, 4])),
            ], to: path)
        let rows = try #require(try Fixture.report(of: path).rows("best-by-samples"))
        #expect(rows.map { $0["x"] } == [1, 2, 4])
        #expect(rows.map { $0["median"] } == [9, 5, 4])
        #expect(rows.map { $0["lower_quartile"] } == [8.5, 4.5, 3.5])
        #expect(rows.map { $0["upper_quartile"] } == [9.5, 5.5, 5])
        #expect(rows.allSatisfy { $0["trials"] == 3 && $0["series"] == "genetic" })
    }

    @Test("a trial that was stopped says nothing of what would have come")
    func stopped() throws {
        try Fixture.write([("a-s1", latencies([9, 5, 7, 3]))], to: path)
        try Fixture.write([("a-s9", latencies([4]))], to: path, study: "other", status: .stopped)
        let rows = try #require(try Fixture.report(["toy", "other"], of: path).rows("best-by-samples"))
        #expect(rows.filter { $0["series"] == "other: a-s9" || $0["series"] == "other: a" }.map { $0["x"] } == [1])
    }

    @Test("what breaks a constraint, is infeasible or was seen before counts as it should")
    func counts() throws {
        var samples = latencies([9, 2, 8, 8, 7])
        samples[1].violation = 0.5
        samples[3].isCached = true
        samples.append(Fixture.Given(latency: nil, speed: nil, status: .infeasible("too hot")))
        try Fixture.write([("a-s1", samples), ("a-s2", samples)], to: path)
        let report = try Fixture.report(of: path)
        let paid = try #require(report.rows("best-by-samples"))
        #expect(paid.map { $0["median"] } == [9, 8, 7, 7] && paid.map { $0["x"] } == [1, 3, 4, 5])
        let proposed = try #require(report.rows("best-by-proposals"))
        #expect(proposed.map { $0["x"] } == [1, 3, 5, 6])
        let page = Page(report, bundle: nil, program: "test").html
        #expect(page.contains("too hot") && page.contains("16.67 %"), "duplicates and reasons are in the tables")
    }

    @Test("a front holds what nothing beats, each metric by its own goal")
    func front() throws {
        let pairs = [(5.0, 1.0), (6, 3), (7, 2), (6, 2.5), (9, 9), (9, 8), (4, 0.5)]
        try Fixture.write(
            [("a-s1", pairs.map { Fixture.Given(latency: $0.0, speed: $0.1) })], to: path,
            objective: "pareto latency, speed")
        let report = try Fixture.report(of: path)
        let rows = try #require(report.rows("front-latency-speed")).filter { $0["kind"] == "front" }
        #expect(rows.map { $0["x"] } == [4, 5, 6, 9] && rows.map { $0["y"] } == [0.5, 1, 3, 9])
        // The box is 4 … 9.5 by -9 … 0.35, the speeds turned round; the staircase of the four covers so much of it.
        let volumes = try #require(report.rows("hypervolume"))
        let steps: [(width: Double, height: Double)] = [(1, 0.85), (1, 1.35), (3, 3.35), (0.5, 9.35)]
        let area = steps.reduce(0) { $0 + $1.width * $1.height }
        guard case .number(let share) = volumes.last?["median"] else { throw Missing() }
        #expect(abs(share - area / (5.5 * 9.35)) < 1e-12)
    }

    private struct Missing: Error {}

    @Test("scores are measured from random search's median design to the best find, and compared")
    func scores() throws {
        try Fixture.write(
            (1...4).map { ("random-s\($0)", latencies([20, 16, 14 + Double($0) / 10])) }
                + (5...8).map { ("genetic-s\($0)", latencies([20, 12, 10 + Double($0) / 10])) }, to: path)
        let report = try Fixture.report(of: path)
        let scores = try #require(report.rows("final-scores")).filter {
            $0["kind"] == "run" && $0["series"] == "genetic"
        }
        #expect(scores.map { $0["score"] }.first == 1)
        let pairs = try #require(report.rows("probability-of-improvement"))
        #expect(pairs.map { $0["pair"] } == ["genetic > random"] && pairs[0]["probability"] == 1)
        #expect(report.rows("rank-flips")?.last?["rank"] == 2, "random search is behind in the end")
        #expect(report.rows("score-intervals")?.count == 8 && report.rows("performance-profile") != nil)
    }

    @Test("random designs that break a constraint measure nothing")
    func brokenMeasure() throws {
        var broken = latencies([1, 1, 1, 30, 28])
        for place in 0..<3 { broken[place].violation = 1 }
        try Fixture.write([("random-s1", broken), ("random-s2", broken), ("a-s3", latencies([20, 15]))], to: path)
        let runs = try #require(try Fixture.report(of: path).rows("final-scores")).filter { $0["series"] == "a" }
        #expect(runs.contains { $0["kind"] == "run" && $0["score"] == 1 })
    }

    @Test("curves stay short however long the trials are")
    func bounded() throws {
        let falling = (0..<30_000).map { Fixture.Given(latency: 1e6 - Double($0), ways: Double($0 % 8 + 1)) }
        try Fixture.write([("a-s1", falling), ("random-s2", falling)], to: path)
        let report = try Fixture.report(of: path)
        #expect(report.samples == 60_000)
        for figure in report.figures { #expect(figure.rows.count < 4_000, "\(figure.name)") }
        #expect(Page(report, bundle: nil, program: "test").html.utf8.count < 1 << 20)
    }

    @Test("trials that sought something else stand in a section of their own, their figures under other names")
    func problems() throws {
        try Fixture.write([("a-s1", latencies([9, 5, 3]))], to: path, study: "one")
        try Fixture.write([("a-s1", latencies([9, 5, 3]))], to: path, study: "two", options: "workload=b")
        let names = try Fixture.report(["one", "two", "one"], of: path).figures.map(\.name)
        #expect(names.contains("best-by-samples") && names.contains("best-by-samples-2"))
        #expect(Set(names).count == names.count)
    }

    @Test("a study without samples gives a page that says so, an unknown one a guess")
    func nothing() throws {
        try Fixture.write([], to: path, study: "empty")
        try Fixture.write([("a-s1", [])], to: path, study: "begun")
        for study in ["empty", "begun"] {
            let report = try Fixture.report([study], of: path)
            #expect(report.figures.isEmpty)
            #expect(Page(report, bundle: nil, program: "test").html.contains("no samples yet"))
        }
        #expect {
            try Fixture.report(["emtpy"], of: path)
        } throws: { error in (error as? GymError)?.hint?.contains("did you mean 'empty'") == true }
    }

    @Test("a study whose every sample failed still has its tables")
    func allFailed() throws {
        let failed = (0..<3).map { _ in Fixture.Given(latency: nil, speed: nil, status: .failed("timeout")) }
        try Fixture.write([("a-s1", failed)], to: path)
        let report = try Fixture.report(of: path)
        #expect(report.figures.isEmpty)
        #expect(Page(report, bundle: nil, program: "test").html.contains("timeout"))
    }
}
