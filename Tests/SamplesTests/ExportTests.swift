import Foundation
import Gym
import Samples
import Testing

@Suite("A study leaves the log as CSV or JSON lines")
struct ExportTests {
    private func export(_ log: SampleLog, _ format: SampleLog.ExportFormat, study: String = "study") throws -> String {
        var bytes: [UInt8] = []
        try log.export(study, as: format) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func filled(_ folder: Folder, recordsObservations: Bool = false) throws -> SampleLog {
        let log = try SampleLog(path: folder.path(), mode: .write)
        let spec = EnvironmentSpec(
            id: "small-v0",
            actionSpace: Space(
                [Parameter("policy", .categorical(["a,\"b\"", "c"])), Parameter("depth", .integer(1...8))],
                activity: ["depth": "policy == c"]), metrics: [Metric("latency", unit: "ns", goal: .minimize)])
        let trial = try log.opened(Fixture.trial(recordsObservations: recordsObservations), spec)
        var samples = (0..<2).map { Fixture.sample($0, trial: trial, metrics: 1, reward: -0.5) }
        samples[0].action = [0, 1]
        samples[0].evaluation.metrics = [.infinity]
        samples[0].observation = Observation([1.5, -.infinity], legal: [[true, false]])
        samples[1].action = [1, 8]
        samples[1].evaluation = .invalid(.infeasible("two\nlines\t"), metricCount: 1)
        samples[1].score = Score(reward: nil, violation: 0)
        try log.append(samples)
        let other = try log.opened(Fixture.trial("other"), Fixture.plain(parameters: 1, metrics: 1))
        try log.append([Fixture.sample(0, trial: other, parameters: 1, metrics: 1, reward: 0.25)])
        return log
    }

    @Test("CSV quotes what needs it and leaves NULL empty")
    func csv() throws {
        let folder = try Folder()
        let log = try filled(folder)
        let last = Fixture.sample(0, trial: 2, parameters: 1, metrics: 1)
        let known = "study,first,genetic,\"{\"\"population\"\":32}\",1,small-v0,workload=stream"
        let metric = try #require(last.evaluation.metrics[0])
        let expected = """
            _study,_label,_agent,_settings,_seed,_environment,_options,_trial,_number,_slot,_episode,_step,_reward,\
            _violation,_terminated,_truncated,_status,_reason,_cached,_fidelity,_seconds,_at,policy,depth,latency,p0,m0
            \(known),1,0,0,0,0,-0.5,0,1,0,ok,,0,model,0.5,0,"a,""b""\",,inf,,
            \(known),1,1,1,0,0,,0,1,0,infeasible,"two\nlines\t",0,model,0.5,1,c,8,,,
            study,other,genetic,"{""population"":32}",1,plain-v0,workload=stream,2,0,0,0,0,0.25,0,1,0,ok,,0,model,\
            0.5,0,,,,\(Int(last.action[0])),\(metric)

            """
        #expect(try export(log, .csv) == expected)
    }

    @Test("every JSON line is an object with the same keys, observations included where they are recorded")
    func jsonLines() throws {
        let folder = try Folder()
        let log = try filled(folder, recordsObservations: true)
        let lines = try export(log, .jsonl).split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(lines.count == 3)
        #expect(Set(lines.map { $0.keys.sorted() }).count == 1)
        #expect(lines[0]["policy"] as? String == "a,\"b\"")
        #expect(lines[0]["depth"] is NSNull && lines[1]["depth"] as? Int == 8)
        #expect(lines[0]["latency"] as? String == "Infinity" && lines[1]["latency"] is NSNull)
        #expect(lines[1]["_reason"] as? String == "two\nlines\t")
        #expect(lines[0]["_cached"] as? Bool == false)
        #expect((lines[0]["_observation"] as? [Any])?.first as? Double == 1.5)
        #expect((lines[0]["_legal"] as? [Double]) == [1, 0])
        #expect(lines[1]["_legal"] is NSNull)
    }

    @Test("pieces stay small however long the study is")
    func pieces() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let trial = try log.opened()
        try log.append(Fixture.samples(0..<5_000, trial: trial))
        var (lines, largest) = (0, 0)
        try log.export("study", as: .csv) { bytes in
            lines += bytes.count { $0 == UInt8(ascii: "\n") }
            largest = max(largest, bytes.count)
        }
        #expect(lines == 5_001)
        #expect(largest < 70_000)
    }

    @Test("an error of the receiver ends the export, an unknown study never begins one")
    func errors() throws {
        struct Full: Error {}
        let folder = try Folder()
        let log = try filled(folder)
        #expect(throws: Full.self) { try log.export("study", as: .csv) { _ in throw Full() } }
        let error = gymError { _ = try export(log, .csv, study: "studi") }
        #expect(error?.code == .usage && error?.hint == "did you mean 'study'?")
    }
}
