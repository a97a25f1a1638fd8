import Files
import Gym

/// What the options of the scheduling environments ask for: applications on a platform, jobs, and when it ends.
struct SoCProblem: Sendable {
    /// In which order the tasks that are ready are decided on.
    enum Order: String, CaseIterable {
        /// The one that can finish first, as ETF takes them.
        case finish
        /// As they got ready.
        case ready
    }

    let tables: TaskTables
    let facts: TaskFacts
    let order: Order
    let settings: SimulationSettings
    private let list: [Arrivals.Job]?
    private let gap: Double
    private let jobs: Int
    private let seed: UInt64
    /// Whether episodes end by the clock, so that not every job is complete.
    let endsByClock: Bool

    /// Reads files and checks that everything fits.
    ///
    /// - Throws: `GymError` that names the file, task and field that is wrong.
    init(_ options: Options) throws {
        let applications = try SoCProblem.applications(options)
        let platform = try SoCProblem.platform(options, for: applications)
        tables = try TaskTables(applications, on: platform)
        facts = TaskFacts(tables)
        order = Order(rawValue: options.text("order")) ?? .finish
        let jobs = try SoCProblem.whole(options, "jobs")
        let duration = try SoCProblem.whole(options, "duration")
        guard jobs > 0 || duration > 0 else {
            throw GymError(.badOption, "'jobs' and 'duration' are both 0: no episode would end", field: "jobs")
        }
        var settings = SimulationSettings()
        settings.cap = try SoCProblem.whole(options, "cap")
        if duration > 0 { settings.end = Double(duration) }
        settings.warmUp = try SoCProblem.whole(options, "warm_up")
        settings.noise = options.number("noise")
        settings.sharesMemory = options.text("communication") == "memory"
        settings.sortsByJob = options.text("queue") == "job"
        settings.startsFull = options.text("start") == "full"
        settings.tracksEnergy = options.text("power") == "on"
        settings.throttles = options.text("throttling") == "on"
        list = try SoCProblem.list(options, applications)
        self.jobs = list.map { jobs > 0 ? min(jobs, $0.count) : $0.count } ?? (jobs > 0 ? jobs : .max)
        settings.jobs = self.jobs
        self.settings = settings
        gap = options.number("gap")
        seed = UInt64(try SoCProblem.whole(options, "seed"))
        endsByClock = duration > 0
        if settings.sharesMemory, platform.memory == nil {
            throw GymError(
                .badOption, "'\(platform.name)' has no memory that data could pass through", field: "communication")
        }
        guard settings.warmUp == 0 || duration == 0 || settings.warmUp < duration else {
            throw GymError(.badOption, "'warm_up' is not below 'duration'", field: "warm_up")
        }
    }

    /// The run of one episode; equal seeds give equal jobs and equal noise.
    func simulation(seed given: UInt64, records: Bool = false) -> Simulation {
        let seed = self.seed > 0 ? self.seed : given
        var settings = settings
        settings.records = records
        settings.seed = Generator.derive(seed, ["soc", "noise"])
        let arrivals =
            list.map { Arrivals(Array($0.prefix(jobs))) }
            ?? Arrivals(mean: gap, weights: tables.applications.map(\.weight), jobs: jobs, seed: seed)
        return Simulation(tables, arrivals, settings)
    }

    /// The most decisions of an episode: one a task. By the clock, what elements can do besides the first jobs.
    var horizon: Int {
        let limit = 100_000
        let byJobs = min(limit, min(jobs, limit) * tables.longest)
        guard settings.end.isFinite else { return max(1, byJobs) }
        let shortest = tables.choices.map(\.time).filter { $0 > 0 }.min() ?? 1
        let share = Double(tables.choices.count { $0.time == 0 }) / Double(max(1, tables.choices.count))
        let work = Double(tables.elementCount) * settings.end / shortest / max(0.1, 1 - share)
        let byClock = Double(min(settings.cap, 1_000) * tables.longest) + work
        return max(1, min(byJobs, Int(min(Double(limit), byClock))))
    }

    static func whole(_ options: Options, _ name: String) throws -> Int {
        let number = options.number(name)
        guard let whole = Int(exactly: number) else {
            throw GymError(.badOption, "'\(name)' is \(Value.format(number)), not a whole number", field: name)
        }
        return whole
    }

    /// The applications of the options `workload` and `weights`.
    static func applications(_ options: Options) throws -> [Application] {
        let name = options.text("workload")
        var applications: [Application]
        if let file = options.files["workload"] {
            applications = try Application.read(path: file.path)
        } else if let group = groups[name] {
            applications = group
        } else {
            applications = (BuiltInProfiles.topcuoglu + BuiltInProfiles.radio).filter { $0.name == name }
        }
        for word in options.text("weights").split(whereSeparator: { $0 == "," || $0 == " " }) {
            let parts = word.split(separator: "=").map(String.init)
            guard parts.count == 2, let weight = Double(parts[1]), weight >= 0, weight <= 1e6 else {
                throw GymError(
                    .badOption, "'\(word)' is no weight", hint: "write weights as wifi-tx=2, wifi-rx=1",
                    field: "weights")
            }
            guard let place = applications.firstIndex(where: { $0.name == parts[0] }) else {
                throw GymError.unknown(.badOption, "application", parts[0], among: applications.map(\.name))
            }
            applications[place] = applications[place].weighted(weight)
        }
        guard applications.contains(where: { $0.weight > 0 }) else {
            throw GymError(.badOption, "no application has a weight above 0", field: "weights")
        }
        return applications
    }

    private static var groups: [String: [Application]] {
        [
            "topcuoglu": BuiltInProfiles.topcuoglu, "radio": BuiltInProfiles.radio,
            "wifi": BuiltInProfiles.radio.filter { $0.name.hasPrefix("wifi") },
        ]
    }

    /// The platform of the options `platform` and `governor`.
    static func platform(_ options: Options, for applications: [Application]) throws -> Platform {
        let name = options.text("platform")
        var platform: Platform
        if let file = options.files["platform"] {
            platform = try Platform(path: file.path)
        } else {
            let fits = name == fitting
            let found = BuiltInProfiles.platforms.first { platform in
                guard fits else { return platform.name == name }
                let clusters = Set(platform.clusters.map(\.name))
                return applications.allSatisfy { $0.tasks.allSatisfy { !clusters.isDisjoint(with: $0.times.keys) } }
            }
            guard let found else {
                throw GymError(
                    .badOption, "no built-in platform runs every task of the workload",
                    hint: "name one with the option platform", field: "platform")
            }
            platform = found
        }
        guard let governor = Governor(options.text("governor")) else { return platform }
        for place in platform.clusters.indices { platform.clusters[place].governor = governor }
        return platform
    }

    /// The jobs of the option `arrivals`; nil for random ones.
    private static func list(_ options: Options, _ applications: [Application]) throws -> [Arrivals.Job]? {
        guard let file = options.files["arrivals"] else { return nil }
        var jobs: [Arrivals.Job] = []
        var last = 0
        var isHead = true
        try CSVTable(path: file.path).forEach { row in
            if isHead {
                isHead = false
                guard row.fields == ["application", "time"] else {
                    throw row.fault("the columns are not application,time")
                }
                return
            }
            guard row.fields.count == 2, let place = applications.firstIndex(where: { $0.name == row.fields[0] })
            else {
                let unknown = GymError.unknown(
                    .badInput, "application", row.fields.first ?? "", among: applications.map(\.name))
                throw row.fault(unknown.message, field: 0, hint: unknown.hint)
            }
            guard let time = Int(row.fields[1]), (last...1_000_000_000_000).contains(time) else {
                throw row.fault("'\(row.fields[1])' is no whole us, or before the line above", field: 1)
            }
            jobs.append(Arrivals.Job(application: place, gap: time - last))
            last = time
        }
        guard !jobs.isEmpty else { throw GymError(.badInput, "'\(file.name)' has no jobs", field: "arrivals") }
        return jobs
    }
}

extension SoCProblem {
    private static let fitting = "fitting"

    /// What both scheduling environments let a user choose.
    static let options = [
        OptionSpec(
            "workload",
            .workload(
                ["topcuoglu", "wifi", "radio"] + (BuiltInProfiles.topcuoglu + BuiltInProfiles.radio).map(\.name)),
            default: "top-1", note: "the applications: one, a built-in group, or a file in the notation of applications"
        ),
        OptionSpec(
            "weights", .text, default: "",
            note:
                "how often each application comes, such as wifi-tx=2, wifi-rx=1; else as the workload says"),
        OptionSpec(
            "platform", .workload([fitting] + BuiltInProfiles.platforms.map(\.name)), default: .text(fitting),
            note: "the SoC: the first built-in one that runs every task, one by name, or a file in the notation of "
                + "platforms"),
        OptionSpec(
            "governor", .choice(["platform", "performance", "powersave", "ondemand"]), default: "platform",
            note: "how frequencies are chosen; platform: as its file says"),
        OptionSpec(
            "arrivals", .workload(["random"]), default: "random",
            note: "jobs at random, or a table with the columns application,time (us)"),
        OptionSpec("gap", .number(0...1e9), default: 50, note: "mean us between random jobs, exponential"),
        OptionSpec("cap", .number(1...1_000_000), default: 3, note: "the most jobs in the system; others wait outside"),
        OptionSpec(
            "jobs", .number(0...1_000_000), default: 0, note: "after which an episode ends; 0 for no end by jobs"),
        OptionSpec(
            "duration", .number(0...1e9), default: 5_000,
            note: "us after which an episode ends; 0 for no end by the clock"),
        OptionSpec(
            "start", .choice(["full", "empty"]), default: "full",
            note: "whether cap jobs are there at the beginning, or one"),
        OptionSpec("warm_up", .number(0...1e9), default: 0, note: "us before which jobs and energy are not counted"),
        OptionSpec(
            "noise", .number(0...1), default: 0, note: "standard deviation of a task's time, as a share of it"),
        OptionSpec(
            "communication", .choice(["element", "memory"]), default: "element",
            note: "whether data pass from element to element, or through memory"),
        OptionSpec(
            "queue", .choice(["arrival", "job"]), default: "arrival",
            note: "which task an element takes first: as placed (gym-ds3), or the older job's (DS3)"),
        OptionSpec(
            "order", .choice(Order.allCases.map(\.rawValue)), default: "finish",
            note: "which ready task is decided on next: the one that can finish first, or as they got ready"),
        OptionSpec(
            "observation", .choice(["task", "graph"]), default: "task",
            note: "of the task and the elements, or also of the job's graph with messages passed along it"),
        OptionSpec(
            "seed", .number(0...0x1p53), default: 0,
            note: "a whole number; 0: every episode has its own jobs, else all have those of this seed"),
        OptionSpec("power", .choice(["on", "off"]), default: "on", note: "whether energy and heat are followed"),
        OptionSpec(
            "throttling", .choice(["off", "on"]), default: "off", note: "whether hot clusters slow down"),
    ]
}
