import ArgumentParser
import Environments
import Exchange
import Foundation
import Gym
import Reports
import Samples
import Studies

/// `sextant doctor`: whether this machine has what it takes.
struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check this machine: versions, cores, the log's folder, a round trip over ZeroMQ.")

    @Flag(help: "One JSON object.")
    var json = false

    @OptionGroup var log: LogOptions

    /// One thing that was looked at.
    private struct Finding {
        let name: String
        let value: String
        var isWell = true
    }

    func run() throws {
        let findings = [
            Finding(name: "sextant", value: Sextant.version), Finding(name: "machine", value: Fingerprint.host),
            Finding(name: "cores", value: "\(ProcessInfo.processInfo.activeProcessorCount)"),
            Finding(name: "SQLite", value: SampleLog.libraryVersion),
            Finding(
                name: "libzmq",
                value: ZeroMQContext.libraryVersion + (ZeroMQContext.hasCurve ? ", CURVE" : ", no CURVE")),
            Finding(
                name: "Vega for reports",
                value: VegaBundle.find()?.path ?? "not found; pages have tables without it (make setup)"),
            logicSynthesis, roundTrip, folder, logFile,
        ]
        if json {
            let fields = findings.map { ($0.name, JSONText.text($0.value)) }
            Terminal.put(JSONText.object(Dictionary(fields, uniquingKeysWith: { first, _ in first })).line)
        } else {
            let rows = findings.map { [$0.isWell ? "ok" : "bad", $0.name, $0.value] }
            Terminal.put(Table([Table.Column(""), Table.Column("what"), Table.Column("found")], rows: rows).text)
        }
        if let bad = findings.first(where: { !$0.isWell }) {
            throw GymError(.unreachable, "\(bad.name): \(bad.value)")
        }
    }

    /// One family of environments needs it, so a machine without it is well.
    private var logicSynthesis: Finding {
        do {
            let program = try ABCProgram.find()
            return Finding(name: "ABC for logic synthesis", value: "\(program.path), \(program.version)")
        } catch {
            let fault = error as? GymError
            let fix = fault?.hint.map { " (\($0))" } ?? ""
            return Finding(name: "ABC for logic synthesis", value: (fault?.message ?? "\(error)") + fix)
        }
    }

    private var roundTrip: Finding {
        do {
            let configuration = Broker.Configuration(environments: EnvironmentCatalog.entries)
            let broker = try Broker(configuration, sink: NoLog(), endpoints: ["tcp://127.0.0.1:*"])
            defer { broker.stop() }
            let client = try Client(endpoint: broker.endpoints[0])
            let start = ContinuousClock.now
            for _ in 0..<100 { _ = try client.greet(as: "doctor") }
            let microseconds = (ContinuousClock.now - start) / .microseconds(100)
            return Finding(name: "round trip over tcp", value: "\(Figures.number(microseconds)) us")
        } catch { return Finding(name: "round trip over tcp", value: "\(error)", isWell: false) }
    }

    private var folder: Finding {
        let folder = URL(filePath: log.log).deletingLastPathComponent().path
        guard let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder),
            let free = attributes[.systemFreeSize] as? NSNumber
        else { return Finding(name: "folder of the log", value: "\(folder) is not there", isWell: false) }
        let canWrite = FileManager.default.isWritableFile(atPath: folder)
        let space = "\(Figures.number(free.doubleValue / 1e9)) GB free"
        return Finding(
            name: "folder of the log", value: "\(folder), \(space)" + (canWrite ? "" : ", not writable"),
            isWell: canWrite)
    }

    private var logFile: Finding {
        guard FileManager.default.fileExists(atPath: log.log) else {
            return Finding(name: "log", value: "\(log.log) is not there yet")
        }
        do {
            let samples = try log.reading()
            defer { samples.close() }
            let writer = SampleLog.writer(of: log.log).map { ", written by process \($0)" } ?? ""
            return Finding(name: "log", value: "\(log.log), \(try samples.studies().count) studies\(writer)")
        } catch { return Finding(name: "log", value: "\(error)", isWell: false) }
    }
}
