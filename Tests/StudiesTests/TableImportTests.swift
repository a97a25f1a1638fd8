import Files
import Foundation
import Gym
import Studies
import Testing

@Suite("Another tool's table becomes samples by a mapping")
struct TableImportTests {
    /// A table on disk for the length of `body`.
    static func table<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        let folder = NSTemporaryDirectory() + "import-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/runs of me.csv"
        try Data(text.utf8).write(to: URL(filePath: path))
        return try body(path)
    }

    static func read(_ mapping: String, _ path: String) throws -> TableMapping {
        try TableMapping(
            YAMLDocument.parse(mapping, file: "mapping.yaml"), tables: [path], folder: "", catalogs: catalogs)
    }

    static func rows(_ mapping: String, _ text: String) throws -> (TableMapping, [TableImport.Row]) {
        try table(text) { path in
            let mapping = try read(mapping, path)
            var rows: [TableImport.Row] = []
            try TableImport(mapping).forEach { rows.append($0) }
            return (mapping, rows)
        }
    }

    static let bowl = "Depth,GAIN,policy,lat_ps,power,state,seed,took\n"

    @Test("columns of a known environment go by its names, its units are converted, what is missing is the default")
    func known() throws {
        let (mapping, rows) = try Self.rows(
            """
            environment: bowl-v0
            metrics: { latency: { column: lat_ps, unit: ps } }
            status: { column: state, ok: [ok, fine] }
            trial: [policy, seed]
            seconds: took
            """,
            Self.bowl + "3,0.5,Open,2500,1.5,ok,7,0.25\n8,1,Closed,,,broken,7,\n1,0,Open,1e3,,fine,8,x\n")
        #expect(mapping.study == "runs-of-me")
        #expect(mapping.spec == Bowl().spec)
        #expect(mapping.objective == Objective(.minimize, [Objective.Term("latency")]))
        #expect(rows.map(\.trial) == ["Open-7", "Closed-7", "Open-8"])
        #expect(rows.map(\.action) == [[3, 0.5, 0], [8, 1, 1], [1, 0, 0]])
        #expect(rows.map(\.evaluation.metrics) == [[2.5, 1.5], [nil, nil], [1, nil]])
        #expect(rows.map(\.evaluation.status) == [.ok, .failed("broken"), .ok])
        #expect(rows.map(\.seconds) == [0.25, 0, 0])
    }

    @Test("an environment that only the table knows has the domains of its columns, and its first row as reference")
    func own() throws {
        let lines = ["16,1,a,0.25,ps,1500", "256,2,b,1,ns,2", "64,4,a,0.5,us,0.003", "16,3,a,0.5,ns,1"]
        let text = (["Sets,Ways,Kind,Gain,unit,lat"] + lines).joined(separator: "\n")
        let written = """
            environment: my-cache-v0
            parameters:
              sets: { column: Sets, scale: log2 }
              ways: Ways
              kind: { column: Kind, choices: [x, b], rename: { a: x } }
              gain: { column: Gain, reals: [0, 2] }
            metrics:
              latency: { column: lat, unit: ns, unit_column: unit, positive: true }
            """
        try Self.table(text) { path in
            let mapping = try Self.read(written, path)
            let parameters = mapping.spec.actionSpace.parameters
            #expect(
                parameters.map(\.domain) == [
                    .ordinal([16, 64, 256]), .integer(1...4), .categorical(["x", "b"]), .real(0...2),
                ])
            #expect(parameters[0].scale == .log2)
            let survey = try TableImport(mapping).survey()
            #expect(survey.rows == 4 && survey.trials == [""] && survey.reference == [1.5])
            #expect(TableImport(mapping).spec(survey).reference == [1.5])
            var latencies: [Double?] = []
            try TableImport(mapping).forEach { latencies += $0.evaluation.metrics }
            #expect(latencies == [1.5, 2, 3, 1])
        }
    }

    @Test("ArchGym's rows are a reward, a printed dictionary and a printed array, quoted or not")
    func archgym() throws {
        let mapping = """
            environment: bowl-v0
            format: archgym
            parameters: { gain: Gain }
            metrics: { latency: { column: "observation[1]", unit: ns }, power: { column: "observation[0]", unit: W } }
            """
        let text = """
            [0.5],"{'Depth': 3, 'Gain': 0.5, 'Policy': 'Closed'}","[1.25 1e-2]"
            0.25,{'Gain': 1, 'Depth': 1, 'Policy': 'Open'},"[2. 7]"

            """
        let (_, rows) = try Self.rows(mapping, text)
        #expect(rows.map(\.action) == [[3, 0.5, 1], [1, 1, 0]])
        #expect(rows.map(\.evaluation.metrics) == [[0.01, 1.25], [7, 2]])
    }

    @Test(
        "what can't be is refused with what and where",
        arguments: [
            ("environment: bowl-v0\nmetrics: { latency: lat }", bowl, "no column named 'lat'"),
            ("environment: bowl-v0", "policy,gain\n", "has no column for any metric of 'bowl-v0'"),
            ("environment: bowl-v0", "latency,latency\n", "has two columns called 'latency'"),
            ("environment: bowl-v0", "", "has no rows"), ("environment: bowl-v0", bowl, "has no rows"),
            ("environment: bowl-v0\nsweep: 1", bowl, "no key named 'sweep'"),
            ("environment: bowl-v0", bowl + "3,0.5,Open,1\n", "the row has 4 fields, the header 8"),
            ("environment: bowl-v0", bowl + "9,0.5,Open,1,1,,,\n", "'depth' is 9, outside 1 … 8"),
            ("environment: bowl-v0", bowl + "3,0.5,Shut,1,1,,,\n", "'policy' is 'Shut'"),
            ("environment: bowl-v0", bowl + "3,0.5,Open,1,much,,,\n", "'much' is no number"),
            (
                "environment: bowl-v0\nmetrics: { latency: { column: lat_ps, unit: pJ } }", bowl,
                "'pJ' can't be turned into ns"
            ),
            (
                "environment: bowl-v0\nmetrics: { latency: { column: lat_ps, unit_column: state } }",
                bowl + "3,0.5,Open,1,1,mW,,\n", "the unit 'mW' can't be turned into ns, that of 'latency'"
            ),
            ("environment: bowl-v0\nformat: archgym", "1,2\n", "the row has 2 fields, not three"),
            ("environment: bowl-v0\nformat: archgym", "1,2,3\n", "the row holds no printed dictionary"),
            ("environment: other-v0\nmetrics: { a: power }", bowl, "has no 'parameters'"),
            (
                "environment: other-v0\nparameters: { a: took }\nmetrics: { b: power }", bowl,
                "the column 'took' is empty"
            ),
            ("environment: bowl-v0\nobjective: { minimize: depth }", bowl, "no metric named 'depth'"),
        ])
    func refused(_ example: (mapping: String, text: String, message: String)) {
        #expect {
            try Self.table(example.text) { try TableImport(Self.read(example.mapping, $0)).survey() }
        } throws: { ($0 as? GymError)?.message.contains(example.message) == true }
    }

    @Test("a draft of a known environment's table is a mapping that works")
    func draftOfKnown() throws {
        try Self.table("depth,Gain,Policy,latency_ps,power (mW),status,seed\n3,1,Open,10,20,done,1\n") { path in
            let draft = try TableDraft([path]).text(catalogs: catalogs)
            #expect(draft.contains("environment: bowl-v0"))
            let mapping = try Self.read(draft, path)
            var rows: [TableImport.Row] = []
            try TableImport(mapping).forEach { rows.append($0) }
            #expect(rows.map(\.evaluation) == [Evaluation(metrics: [0.01, 0.02])])
            #expect(rows.map(\.trial) == ["1"])
        }
    }

    @Test("a draft of an unknown table takes units and many numbers for metrics, the rest for parameters")
    func draftOfUnknown() throws {
        let lines = (0..<40).map { "\($0 % 4),\(["a", "b"][$0 % 2]),\(0.5 + 0.37 * Double($0)),\($0 % 3),same" }
        try Self.table("cores,kind,score,area_mm2,note\n" + lines.joined(separator: "\n")) { path in
            let draft = try TableDraft([path]).text(catalogs: catalogs)
            let mapping = try Self.read(draft, path)
            #expect(mapping.spec.id == "runs-of-me-v0")
            #expect(mapping.spec.actionSpace.parameters.map(\.name) == ["cores", "kind"])
            #expect(mapping.spec.metrics.map(\.name) == ["score", "area"])
            #expect(mapping.spec.metrics.map(\.unit) == ["1", "mm2"])
            #expect(mapping.spec.metrics.map(\.isPositive) == [true, false])
        }
    }
}
