import Gym
public import Samples
import Studies

/// What a page says of one study or several of one log.
///
/// Everything is aggregated by the log; of samples only as many are held as are drawn.
public struct Report: Sendable {
    /// One problem with its tables and figures.
    struct Section: Sendable {
        let title: String
        let tables: [ReportTable]
        let figures: [Figure]
        let designs: [ReportTable]
    }

    /// The studies' names.
    public let studies: [String]
    let facts: [StudyFacts]
    let sections: [Section]
    /// What was left out, and why, in sentences.
    public let remarks: [String]
    /// Whether a process is still at a study.
    public let isRunning: Bool
    /// How many samples the studies have.
    public let samples: Int64

    /// All figures in the order of the page, no name twice.
    public var figures: [Figure] { sections.flatMap(\.figures) }

    /// Reads studies from a log. `remarks` stand on the page as well, and `schedules` before everything else.
    ///
    /// - Throws: `GymError` (`usage`) for a name that no study has, with a guess; `log-unusable`.
    public init(
        _ studies: [String], log: SampleLog, lotteries: LoggedLotteries, remarks: [String] = [],
        schedules: [LoggedSchedule] = []
    ) throws {
        var seen: Set<String> = []
        let studies = studies.filter { seen.insert($0).inserted }
        (self.studies, self.remarks) = (studies, remarks)
        var trials: [StudyTrial] = []
        var facts: [StudyFacts] = []
        for study in studies {
            let own = try log.trials(of: study)
            facts.append(StudyFacts(study, record: try log.record(of: study), trials: own))
            trials += own.map(StudyTrial.init)
        }
        self.facts = facts
        isRunning = trials.contains { $0.summary.status == .running }
        samples = trials.reduce(0) { $0 + $1.summary.samples }
        let groups = try Report.problems(trials, log)
        var names: [String: Int] = [:]
        let pictures = schedules.enumerated().map { place, schedule in
            Section(title: schedule.title, tables: [], figures: schedule.figures(number: place + 1), designs: [])
        }
        sections =
            try pictures
            + groups.map { trials, spec in
                let study = trials[0].study
                let isAlone = trials.allSatisfy { $0.study == study }
                let problem = try Problem(
                    trials, spec: spec, log: log, contenders: lotteries.contenders,
                    lotteries: isAlone ? lotteries.results(of: study, trials, log: log) : [])
                let figures = try Report.figures(of: problem).map { figure in
                    names[figure.name, default: 0] += 1
                    let count = names[figure.name] ?? 1
                    return count == 1 ? figure : figure.named("\(figure.name)-\(count)")
                }
                return Section(
                    title: problem.title,
                    tables: problem.lotteries.map(LotteryTable.table) + [SeriesTable.table(of: problem)],
                    figures: figures,
                    designs: try [
                        DesignTables.best(of: problem), DesignTables.reasons(of: problem),
                        DesignTables.trials(of: problem),
                    ].compactMap(\.self))
            }
    }

    /// A page of one section that is not of studies.
    init(title: String, sectionTitle: String, tables: [ReportTable], figures: [Figure]) {
        (studies, facts, remarks, isRunning, samples) = ([title], [], [], false, 0)
        sections = [Section(title: sectionTitle, tables: tables, figures: figures, designs: [])]
    }

    /// The trials that have samples, by what makes their designs comparable, in the order of the log.
    private static func problems(
        _ trials: [StudyTrial], _ log: SampleLog
    ) throws -> [(trials: [StudyTrial], spec: EnvironmentSpec)] {
        var places: [EnvironmentSpec: [String: Int]] = [:]
        var groups: [(trials: [StudyTrial], spec: EnvironmentSpec)] = []
        for trial in trials where trial.summary.samples > 0 {
            let spec = try log.spec(of: trial.summary.number)
            let key = trial.summary.description.options + "\u{0}" + trial.summary.description.objective
            if let place = places[spec]?[key] {
                groups[place].trials.append(trial)
            } else {
                places[spec, default: [:]][key] = groups.count
                groups.append(([trial], spec))
            }
        }
        return groups
    }

    /// The figures that apply, in the order in which one reads them.
    private static func figures(of problem: Problem) throws -> [Figure] {
        var figures = BestCurves.figures(of: problem)
        figures += try Fronts.figures(of: problem)
        if let figure = try Hypervolume.figure(of: problem) { figures.append(figure) }
        if let contest = Contest(problem) {
            figures += [
                Distribution.figure(of: contest), Intervals.figure(of: contest), Profiles.figure(of: contest),
                Improvement.figure(of: contest),
            ].compactMap(\.self)
        }
        figures += problem.lotteries.flatMap { lottery in
            [
                BestOf.figure(of: lottery, problem.series), VarianceShares.figure(of: lottery),
                HyperparameterImportance.figure(of: lottery),
            ].compactMap(\.self)
        }
        if let figure = RankFlips.figure(of: problem) { figures.append(figure) }
        figures += try DesignImportance.figures(of: problem)
        figures += try [ParallelDesigns.figure(of: problem), Timeline.figure(of: problem)].compactMap(\.self)
        return figures
    }
}

extension Problem {
    /// Environment, options and objective in one line.
    var title: String {
        ([environment] + options.split(separator: ";").map { String($0.replacing("=", with: " ")) } + [objectiveText])
            .filter { !$0.isEmpty }.joined(separator: " · ")
    }
}
