import Agents
import ArgumentParser
import Environments
import Files
import Foundation
import Gym
import Reports
import Samples
import Studies

/// `sextant report`: a study as a page of figures and tables.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a study as one page of figures and tables, or serve it while it runs.",
        discussion: """
            The page is one file that needs nothing else, in light and dark and on paper. Trials of several studies \
            that sought the same are drawn together. --figures writes each figure as CSV, Vega-Lite spec and SVG for a \
            paper. --live serves the page of a study that is still running to browsers of this machine, until Ctrl-C.

            Examples:
              sextant report quickstart --log Experiments/sextant.db
              sextant report genetic-run tpe-run -o both.html --figures figures
              sextant report quickstart --live --port 8080
              sextant report soc-scheduling --episode ppo-s1#3
            """)

    /// How long a running study may go on before its page is made anew.
    private static let leastPause = 2.0
    private static let program = "sextant \(Sextant.version)"

    @Argument(help: ArgumentHelp("The studies' names.", valueName: "study"))
    var studies: [String]

    @Option(name: .shortAndLong, help: ArgumentHelp("The page's file (default: STUDY.html).", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("Write every figure into this folder too.", valueName: "folder"))
    var figures: String?

    @Option(
        help: ArgumentHelp(
            "Draw what ran where in an episode of a SoC environment; may be given again.", valueName: "trial#number"))
    var episode: [String] = []

    @Flag(help: "Serve the page to this machine's browsers and keep it up to date.")
    var live = false

    @Option(help: "The port of --live (default: any that is free).")
    var port: UInt16?

    @OptionGroup var log: LogOptions

    func run() throws {
        guard port == nil || live else { throw GymError(.usage, "--port is for --live, and that is not given") }
        guard !live || (output == nil && figures == nil) else {
            throw GymError(.usage, "--live serves the page and writes no files, so --output and --figures mean nothing")
        }
        let samples = try log.reading()
        defer { samples.close() }
        let bundle = VegaBundle.find()
        if bundle == nil { Terminal.say("warning: \(VegaBundle.missing)\n") }
        let (lotteries, remarks) = try plans(samples)
        for remark in remarks { Terminal.say("warning: \(remark)\n") }
        guard live else {
            let report = try Report(
                studies, log: samples, lotteries: lotteries, remarks: remarks, schedules: try schedules(samples))
            return try write(report, bundle)
        }
        try serve(samples, lotteries, remarks, bundle)
    }

    /// The episodes that are to be drawn, of the first study.
    private func schedules(_ samples: SampleLog) throws -> [LoggedSchedule] {
        try episode.map { name in
            let (title, schedule) = try EpisodeReplay(study: studies[0], name: name, samples: samples).schedule()
            return LoggedSchedule(
                title: title,
                lanes: schedule.lanes.map {
                    LoggedSchedule.Lane(name: $0.name, utilisation: $0.utilisation, energy: $0.energy)
                },
                bars: schedule.bars.map {
                    LoggedSchedule.Bar(
                        lane: $0.lane, job: $0.job, label: "\($0.application) \($0.task)", start: Double($0.start),
                        end: Double($0.finish))
                })
        }
    }

    /// The lotteries among the studies, whose manifests say which trial is whose.
    private func plans(_ samples: SampleLog) throws -> (LoggedLotteries, remarks: [String]) {
        var plans: [String: Plan] = [:]
        var remarks: [String] = []
        let folder = URL(filePath: log.log).deletingLastPathComponent().relativePath
        for study in studies {
            let manifest = try samples.manifest(of: study)
            guard manifest.contains("kind: lottery") else { continue }
            do {
                plans[study] = try Manifest.plan(
                    YAMLDocument.parse(manifest, file: "the manifest of \(study)"), folder: folder == "." ? "" : folder,
                    defaultName: study, catalogs: catalogs(try samples.trials(of: study), samples))
            } catch let error as GymError {
                remarks.append(
                    "The figures of the lottery \(study) are left out, because its manifest can't be read again: "
                        + error.message)
            }
        }
        return (LoggedLotteries(plans: plans), remarks)
    }

    /// Both catalogs, and what the log knows of environments that only an outside worker had.
    private func catalogs(_ trials: [TrialSummary], _ samples: SampleLog) throws -> Catalogs {
        var environments = EnvironmentCatalog.entries
        for trial in trials where !environments.contains(where: { $0.datasheet.id == trial.environment }) {
            let spec = try samples.spec(of: trial.number)
            let options = trial.description.options.split(separator: ";").compactMap { $0.split(separator: "=").first }
            let datasheet = Datasheet(
                id: trial.environment, title: "", summary: "", description: "",
                options: options.map { OptionSpec(String($0), .text, default: "", note: "") })
            environments.append(EnvironmentEntry(datasheet) { _ in LoggedEnvironment(spec: spec) })
        }
        return Catalogs(environments: environments, agents: AgentCatalog.entries, proxy: Offers.proxy)
    }

    private func write(_ report: Report, _ bundle: VegaBundle?) throws {
        let path = output ?? "\(report.studies[0]).html"
        let page = Page(report, bundle: bundle, program: Self.program).html
        do { try Data(page.utf8).write(to: URL(filePath: path), options: .atomic) } catch {
            throw GymError(.usage, "'\(path)' can't be written", hint: "name another file with -o")
        }
        let size = String(format: "%.1f MB", Double(page.utf8.count) / 1e6)
        var text = " Wrote \(path) · \(report.figures.count) figures · \(size)\n"
        if let figures {
            let result = try FigureFiles(folder: figures).write(report.figures, python: bundle?.python)
            text +=
                " Wrote \(report.figures.count) figures to \(figures) as CSV and Vega-Lite"
                + (result.hasSVG ? " and SVG\n" : "\n")
            if !result.hasSVG { Terminal.say("warning: \(result.why)\n") }
        }
        Terminal.say(text)
    }

    private func serve(
        _ samples: SampleLog, _ lotteries: LoggedLotteries, _ remarks: [String], _ bundle: VegaBundle?
    ) throws {
        let server = try LiveServer(port: port ?? 0)
        var (shown, isRunning, next) = (Int64(-1), true, ContinuousClock.now)
        while !Interruption.isRequested {
            if ContinuousClock.now >= next {
                let start = ContinuousClock.now
                let trials = try studies.flatMap { try samples.trials(of: $0) }
                let count = trials.reduce(0) { $0 + $1.samples }
                let isNow = trials.contains { $0.status == .running }
                if count != shown || isNow != isRunning {
                    let report = try Report(studies, log: samples, lotteries: lotteries, remarks: remarks)
                    server.show(report, bundle: bundle, program: Self.program)
                    if shown < 0 {
                        Terminal.put(try server.start())
                        Terminal.say(" Serving until Ctrl-C\n")
                    }
                    (shown, isRunning) = (count, isNow)
                }
                // A page that takes long to make is made less often, so that the study keeps the machine.
                let pause = max(Self.leastPause, 5 * ((ContinuousClock.now - start) / .seconds(1)))
                next = ContinuousClock.now + .seconds(pause)
            }
            Thread.sleep(forTimeInterval: 0.05)
        }
        server.stop()
        Terminal.say(" Stopped.\n")
        Sextant.leave(with: Interruption.exitCode)
    }
}

/// An environment that is known by what the log says of it; it evaluates nothing.
private struct LoggedEnvironment: Environment {
    let spec: EnvironmentSpec
    private static let absent = GymError(.internal, "a logged environment can't be evaluated")

    mutating func reset(seed: UInt64, deadline: Deadline) throws -> Observation { throw Self.absent }

    mutating func step(_ action: Action, deadline: Deadline) throws -> Evaluation { throw Self.absent }
}
