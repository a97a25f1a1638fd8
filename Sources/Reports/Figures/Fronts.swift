import Gym
import Samples

/// What is traded for what: the designs that no other beats in two metrics, before a cloud of all.
enum Fronts {
    private static let cloudLimit = 700
    private static let frontLimit = 300
    private static let pairLimit = 3

    /// One figure per pair of the objective's metrics; for a single metric, beside the environment's next one.
    static func figures(of problem: Problem) throws -> [Figure] {
        let cloud = try problem.spread(cloudLimit)
        return try pairs(problem).prefix(pairLimit).compactMap { try figure(problem, $0.0, $0.1, cloud) }
    }

    /// The metrics that stand against each other, as places.
    private static func pairs(_ problem: Problem) -> [(Int, Int)] {
        let terms = problem.termPlaces
        if terms.count > 1 {
            return terms.indices.flatMap { first in
                terms.indices.dropFirst(first + 1).map { (terms[first], terms[$0]) }
            }
        }
        guard let other = problem.spec.metrics.indices.first(where: { $0 != terms[0] }) else { return [] }
        return [(terms[0], other)]
    }

    private static func figure(_ problem: Problem, _ first: Int, _ second: Int, _ cloud: [Sample]) throws -> Figure? {
        var rows: [[JSON]] = []
        func row(_ kind: String, _ series: Series, _ x: Double?, _ y: Double?, _ label: String, _ number: Int64)
            -> [JSON]
        {
            [.text(kind), .text(series.name), JSON(x), JSON(y), .text(label), JSON(Int(number))]
        }
        let byNumber = Dictionary(problem.trials.map { ($0.summary.number, $0) }, uniquingKeysWith: { one, _ in one })
        var (total, hasBroken) = (0, false)
        for series in problem.series {
            let trials = problem.members(of: series).map { problem.trials[$0].summary.number }
            let front = try problem.log.front(of: trials, first, second)
            total += front.count
            for place in Self.thinned(front.count) {
                let point = front[place]
                let label = byNumber[point.place.trial]?.summary.description.label ?? ""
                rows.append(row("front", series, point.x, point.y, label, point.place.number))
            }
        }
        let shown = rows.count
        guard total > 0 else { return nil }
        for sample in cloud {
            guard let trial = byNumber[sample.trial], sample.evaluation.metrics.count > max(first, second),
                let x = sample.evaluation.metrics[first], let y = sample.evaluation.metrics[second]
            else { continue }
            let isBroken = sample.score.violation > 0 || sample.evaluation.status != .ok
            hasBroken = hasBroken || isBroken
            rows.append(
                row(
                    isBroken ? "broken" : "design", problem.names.series(of: trial), x, y,
                    trial.summary.description.label, sample.number))
        }
        let (x, y) = (problem.spec.metrics[first], problem.spec.metrics[second])
        let part = shown < total ? " \(shown) of \(total) designs on the fronts are drawn." : ""
        let crosses = hasBroken ? "; crosses are infeasible or break a constraint" : ""
        return Figure(
            "front-\(x.name)-\(y.name)", "\(x.name) against \(y.name)",
            caption: "The line joins the designs that no other of the series beats in both (\(goal(x)), \(goal(y))); "
                + "the dots are a sample of all designs\(crosses).\(part)",
            columns: ["kind", "series", "x", "y", "trial", "sample"], rows: rows,
            chart: chart(problem, x, y, rows))
    }

    private static func goal(_ metric: Metric) -> String {
        "\(metric.goal == .minimize ? "less" : "more") \(metric.name) is better"
    }

    /// Which of so many points are drawn: both ends always.
    private static func thinned(_ count: Int) -> [Int] {
        guard count > frontLimit else { return Array(0..<count) }
        return (0..<frontLimit).map { $0 * (count - 1) / (frontLimit - 1) }
    }

    private static func chart(_ problem: Problem, _ x: Metric, _ y: Metric, _ rows: [[JSON]]) -> JSON {
        let horizontal = Chart.number("x", Problem.title(x), log: Scale.isLog(rows.map { $0[2] }, of: x))
        let vertical = Chart.number("y", Problem.title(y), log: Scale.isLog(rows.map { $0[3] }, of: y))
        let colour = Chart.colour("series", problem.series)
        let tooltip = Chart.tooltip([
            ("series", "series", false), ("trial", "trial", false), ("sample", "sample", true), ("x", x.name, true),
            ("y", y.name, true),
        ])
        func layer(_ kind: String, _ mark: JSON) -> JSON {
            [
                "transform": Chart.only(kind), "mark": mark,
                "encoding": ["x": horizontal, "y": vertical, "color": colour, "tooltip": tooltip],
            ]
        }
        // A layer without rows makes Vega warn of an axis without ends.
        let kinds = Set(rows.map { $0[0] })
        var layers: [JSON] = []
        if kinds.contains("design") {
            layers.append(layer("design", ["type": "point", "filled": true, "size": 14, "opacity": 0.35]))
        }
        if kinds.contains("broken") {
            let cross: JSON = "M-1,-1L1,1M1,-1L-1,1"
            layers.append(
                layer("broken", ["type": "point", "shape": cross, "size": 14, "strokeWidth": 1, "opacity": 0.5]))
        }
        // A front of designs is a staircase: between two of them nothing better was found.
        layers.append(
            layer("front", ["type": "line", "interpolate": x.goal == .minimize ? "step-after" : "step-before"]))
        layers.append(layer("front", ["type": "point", "filled": true, "size": 36, "opacity": 0.95]))
        return Chart.layers("\(x.name) against \(y.name)", height: 380, layers)
    }
}
