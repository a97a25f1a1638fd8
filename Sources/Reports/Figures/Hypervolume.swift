import Gym
import Learning
import Samples

/// How much of the space of objectives the designs found so far dominate: only for several objectives.
enum Hypervolume {
    private static let trialLimit = 200

    /// Nil for a single objective, or where the front has no extent.
    static func figure(of problem: Problem) throws -> Figure? {
        guard problem.objective?.kind == .pareto, problem.termPlaces.count > 1 else { return nil }
        let trials = Array(problem.trials.prefix(trialLimit))
        var fronts = try trials.map { try GrowingFront(of: $0.summary, problem) }
        let everything = GrowingFront.merged(fronts.map(\.points))
        guard let box = ObjectiveBox(everything) else { return nil }
        for place in fronts.indices { fronts[place].measure(in: box) }
        var rows: [[JSON]] = []
        for series in problem.series {
            let members = problem.members(of: series).filter { $0 < trials.count }
            let curves = members.map { fronts[$0].curve(isOver: trials[$0].isOver) }
            let moments = TrialCurve.moments(upTo: Int64(curves.map { $0.end(.proposals) }.max() ?? 0)).map(Double.init)
            for point in Band(curves, axis: .proposals, moments: moments, isLess: false).points {
                rows.append([
                    .text(series.name), JSON(point.x), JSON(point.low), JSON(point.middle), JSON(point.high),
                    JSON(point.trials),
                ])
            }
        }
        guard !rows.isEmpty else { return nil }
        let all = trials.count < problem.trials.count ? " The first \(trials.count) trials alone." : ""
        return Figure(
            "hypervolume", "Hypervolume by samples",
            caption:
                "The share of the box between the best of each objective and a point a tenth beyond the worst, both "
                + "of the front of all trials, that a trial dominates: median and quartiles over trials.\(all)",
            columns: ["series", "x", "lower_quartile", "median", "upper_quartile", "trials"], rows: rows,
            chart: chart(problem))
    }

    private static func chart(_ problem: Problem) -> JSON {
        let x = Chart.number("x", "samples", log: true)
        let colour = Chart.colour("series", problem.series)
        let y = Chart.number("median", "share of the box")
        let band: JSON = [
            "mark": ["type": "area", "interpolate": "step-after", "opacity": 0.18],
            "encoding": [
                "x": x, "y": Chart.number("lower_quartile", "share of the box"), "y2": ["field": "upper_quartile"],
                "color": colour,
            ],
        ]
        let line: JSON = [
            "mark": ["type": "line", "interpolate": "step-after", "tooltip": true],
            "encoding": ["x": x, "y": y, "color": colour, "strokeDash": Chart.dash("series", problem.series)],
        ]
        return Chart.layers("Hypervolume by samples", [band, line])
    }
}

/// The box in which hypervolumes are measured: every objective from its best to a tenth beyond its worst on a front.
struct ObjectiveBox: Sendable {
    private let least, extent: [Double]

    /// Nil where the front has no extent in some objective. All objectives are to be minimised.
    init?(_ front: [[Double]]) {
        guard let first = front.first else { return nil }
        let columns = first.indices.map { place in front.map { $0[place] } }
        least = columns.compactMap { $0.min() }
        extent = zip(columns, least).map { (($0.max() ?? $1) - $1) * 1.1 }
        guard extent.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    }

    /// The share of the box that points dominate.
    func share(_ points: [[Double]]) -> Double {
        let scaled = points.map { point in point.indices.map { max(0, (point[$0] - least[$0]) / extent[$0]) } }
        return Pareto.hypervolume(scaled, reference: least.map { _ in 1 })
    }
}

/// The designs of one trial that no earlier one dominates, as they came.
struct GrowingFront {
    /// The front at the end, each objective to be minimised.
    private(set) var points: [[Double]] = []
    /// The front at each moment where it was another than before.
    private var states: [(samples: Int64, points: [[Double]])] = []
    private var shares: [Double] = []
    private let total: Int64
    private let seconds: Double
    /// The most designs of a state that are kept; with more, those that stand closest are left out.
    private static let stateLimit = 200

    /// Goes through the samples of a trial once.
    init(of trial: TrialSummary, _ problem: Problem) throws {
        let places = problem.termPlaces
        let signs = places.map { problem.spec.metrics[$0].goal == .minimize ? 1.0 : -1.0 }
        let moments = TrialCurve.moments(upTo: trial.samples)
        (total, seconds) = (trial.samples, trial.seconds)
        var (next, hasChanged) = (0, false)
        try problem.log.walk(trial: trial.number, metrics: places) { number, values in
            while next < moments.count, moments[next] <= number {
                if hasChanged { states.append((moments[next], points)) }
                (next, hasChanged) = (next + 1, false)
            }
            hasChanged = take(zip(values, signs).map { $0 * $1 }) || hasChanged
        }
        if hasChanged { states.append((moments.last ?? 0, points)) }
    }

    /// The points of several fronts that none of the others dominates.
    static func merged(_ fronts: [[[Double]]]) -> [[Double]] {
        var all = GrowingFront()
        for point in fronts.joined() { _ = all.take(point) }
        return all.points
    }

    private init() { (total, seconds) = (0, 0) }

    private mutating func take(_ point: [Double]) -> Bool {
        if let place = points.firstIndex(where: { $0 == point || Pareto.dominates($0, point) }) {
            // What beats one design beats others too: it is looked at sooner the next time.
            points.swapAt(place, place / 2)
            return false
        }
        points.removeAll { Pareto.dominates(point, $0) }
        points.append(point)
        if points.count > Self.stateLimit * 2 { thin() }
        return true
    }

    private mutating func thin() {
        let crowding = Pareto.crowding(points)
        let kept = points.indices.sorted { (-crowding[$0], $0) < (-crowding[$1], $1) }.prefix(Self.stateLimit).sorted()
        points = kept.map { points[$0] }
    }

    /// Takes the shares of all states.
    mutating func measure(in box: ObjectiveBox) { shares = states.map { box.share($0.points) } }

    /// The shares as a curve.
    func curve(isOver: Bool) -> TrialCurve {
        var points = zip(states, shares).map { state, share in
            TrialCurve.Point(
                proposals: Double(state.samples), evaluated: Double(state.samples), found: (0, 0, share))
        }
        if let last = points.last, last.proposals < Double(total) {
            points.append(TrialCurve.Point(proposals: Double(total), evaluated: Double(total), found: last.found))
        }
        return TrialCurve(points: points, seconds: seconds, isOver: isOver)
    }
}
