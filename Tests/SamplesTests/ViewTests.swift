import GRDB
import Gym
import Samples
import Testing

@Suite("One view shows all samples of an environment")
struct ViewTests {
    @Test("a design is found by its words and numbers")
    func plainQuery() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let spec = EnvironmentSpec(
            id: "dram-controller-v0",
            actionSpace: Space([
                Parameter("page_policy", .categorical(["Open", "Closed"])), Parameter("depth", .integer(1...8)),
            ]), metrics: [Metric("latency", unit: "ns", goal: .minimize)])
        let trial = try log.opened(Fixture.trial(), spec)
        try log.append(
            (0..<4).map { number in
                var sample = Fixture.sample(number, trial: trial, metrics: 1)
                sample.action = [Double(number % 2), Double(number + 1)]
                return sample
            })
        let rows = try query(
            folder.path(), "SELECT depth, latency FROM \"dram-controller-v0\" WHERE page_policy = 'Open'")
        #expect(rows.map { $0["depth"] } == [1, 3])
        #expect(
            rows.map { $0["latency"] } == [0, 2].map { Fixture.sample($0, trial: 1, metrics: 1).evaluation.metrics[0] })
    }

    @Test("spaces that differ unite, with NULL where one lacks a column")
    func union() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let wide = try log.opened(Fixture.trial("wide"), Fixture.plain(parameters: 3, metrics: 2))
        let narrow = try log.opened(Fixture.trial("narrow"), Fixture.plain(parameters: 1, metrics: 3))
        let again = try log.opened(Fixture.trial("again"), Fixture.plain(parameters: 3, metrics: 2))
        try log.append([
            Fixture.sample(0, trial: wide, parameters: 3), Fixture.sample(0, trial: narrow, parameters: 1, metrics: 3),
            Fixture.sample(0, trial: again, parameters: 3),
        ])
        let rows = try query(folder.path(), "SELECT _trial, p0, p2, m0, m2 FROM \"plain-v0\" ORDER BY _trial")
        #expect(rows.map { $0["_trial"] } == [wide, narrow, again])
        #expect(rows.map { $0["p2"] == nil } == [false, true, false])
        #expect(rows.map { $0["m2"] == nil } == [true, false, true])
        #expect(rows.allSatisfy { $0["p0"] != nil && $0["m0"] != nil })
        let tables = try query(folder.path(), "SELECT table_name FROM spaces ORDER BY id")
        #expect(tables.count == 2)
        #expect(tables.allSatisfy { ($0["table_name"] as String).hasPrefix("plain-v0#") })
    }

    @Test("names that SQL reads otherwise become columns of their own")
    func awkwardNames() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        _ = try log.opened(Fixture.trial(), Fixture.spec)
        let columns = try query(folder.path(), "SELECT name FROM pragma_table_info('every-domain-v0')")
            .map { $0["name"] as String }
        #expect(columns.contains("a\"b; DROP TABLE trials --"))
        #expect(columns.contains("select"))
        #expect(columns.contains("Count~2"), "upper and lower case are one to SQL")
        #expect(columns.contains("WIDTH~2"), "a metric may bear the name of a parameter")
        #expect(try query(folder.path(), "SELECT count(*) AS n FROM trials").first?["n"] == 1)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let id: String
        let code: GymError.Code
        let spec: EnvironmentSpec
        var testDescription: String { id }

        init(_ id: String, _ code: GymError.Code, _ spec: EnvironmentSpec? = nil) {
            (self.id, self.code, self.spec) = (id, code, spec ?? Fixture.plain(id))
        }
    }

    static let refusals = [
        Refusal("trials", .badInput), Refusal("Studies", .badInput), Refusal("sqlite_master", .badInput),
        Refusal("", .badInput), Refusal("Plain-V0", .badInput),
        Refusal("wide-v0", .tooLarge, Fixture.plain("wide-v0", parameters: 1_000, metrics: 1_000)),
    ]

    @Test("what can be no table is refused and leaves no trace", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let trial = try log.opened()
        #expect(gymError { _ = try log.opened(Fixture.trial("other"), refusal.spec) }?.code == refusal.code)
        #expect(try log.trials(of: "study").map(\.number) == [trial])
        #expect(try query(folder.path(), "SELECT count(*) AS n FROM spaces").first?["n"] == 1)
        let next = try log.opened(Fixture.trial("next"), Fixture.plain("next-v0", parameters: 1))
        try log.append([Fixture.sample(0, trial: next, parameters: 1)])
        #expect(try log.all(next) == [Fixture.sample(0, trial: next, parameters: 1)])
    }
}
