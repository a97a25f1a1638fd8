import Foundation
import Samples

/// The best so far, over samples or time: the middle of a series' trials with their quartiles.
enum BestCurves {
    /// One figure over paid samples, one over all proposals where those are more, one over time.
    static func figures(of problem: Problem) -> [Figure] {
        let hasCached = problem.trials.contains { $0.summary.samples > $0.summary.evaluated }
        let count = hasCached ? "samples paid for" : "samples"
        var figures = [
            figure(problem, .evaluated, "best-by-samples", "Best so far by \(count)", count)
        ]
        if hasCached {
            figures.append(
                figure(
                    problem, .proposals, "best-by-proposals", "Best so far by proposals", "proposals, repeated ones too"
                ))
        }
        figures.append(
            figure(problem, .seconds, "best-by-time", "Best so far by time", "seconds of search"))
        return figures.compactMap(\.self)
    }

    private static func figure(
        _ problem: Problem, _ axis: TrialCurve.Axis, _ name: String, _ title: String, _ unit: String
    ) -> Figure? {
        var rows: [[JSON]] = []
        var hasBand = false
        for series in problem.series {
            let members = problem.members(of: series).map { problem.curves[$0] }
            let band = Band(members, axis: axis, moments: moments(members, axis), isLess: problem.isLess)
            for point in band.points where point.x > 0 {
                hasBand = hasBand || point.trials > 1
                rows.append([
                    .text(series.name), JSON(point.x), JSON(point.low), JSON(point.middle), JSON(point.high),
                    JSON(point.trials),
                ])
            }
        }
        // A line needs two moments.
        guard zip(rows, rows.dropFirst()).contains(where: { $0[0] == $1[0] }) else { return nil }
        let quartiles =
            hasBand
            ? "The line is the median over trials, from where half have found something, the band their quartiles. "
            : ""
        let carried =
            "A trial that has ended keeps its best; designs that break a constraint do not count."
            + (problem.series.contains(where: \.isRandom) ? " Random search is dashed." : "")
        return Figure(
            name, title, caption: quartiles + carried,
            columns: ["series", "x", "lower_quartile", "median", "upper_quartile", "trials"], rows: rows,
            chart: chart(problem, unit, rows, hasBand: hasBand))
    }

    private static func moments(_ curves: [TrialCurve], _ axis: TrialCurve.Axis) -> [Double] {
        guard axis == .seconds else {
            let most = curves.map { $0.end(axis) }.max() ?? 0
            return TrialCurve.moments(upTo: Int64(most)).map(Double.init)
        }
        // Where one trial is drawn alone its own finds are the moments, else a grid that is the same for all.
        let first = curves.compactMap { $0.points.first { $0.found != nil }?.found?.seconds }.min() ?? 0
        let (least, most) = (max(first, 1e-3), curves.map(\.seconds).max() ?? 0)
        guard most > least else { return most > 0 ? [most] : [] }
        let count = 80
        let steps = (0..<count).map { least * pow(most / least, Double($0) / Double(count)) }
        return steps + [most]
    }

    private static func chart(_ problem: Problem, _ unit: String, _ rows: [[JSON]], hasBand: Bool) -> JSON {
        let isLog = Scale.isLog(rows.flatMap { [$0[2], $0[3], $0[4]] }, of: problem.metric)
        let x = Chart.number("x", unit, log: true)
        let colour = Chart.colour("series", problem.series)
        let line: JSON = [
            "mark": ["type": "line", "interpolate": "step-after"],
            "encoding": [
                "x": x, "y": Chart.number("median", problem.metricTitle, log: isLog), "color": colour,
                "strokeDash": Chart.dash("series", problem.series),
            ],
        ]
        let points: JSON = [
            "mark": ["type": "point", "filled": true, "size": 90, "opacity": 0],
            "encoding": [
                "x": x, "y": Chart.number("median", problem.metricTitle, log: isLog), "color": colour,
                "tooltip": Chart.tooltip([
                    ("series", "series", false), ("x", unit, true), ("median", "median", true),
                    ("lower_quartile", "lower quartile", true), ("upper_quartile", "upper quartile", true),
                    ("trials", "trials", true),
                ]),
            ],
        ]
        let band: JSON = [
            "mark": ["type": "area", "interpolate": "step-after", "opacity": 0.18],
            "encoding": [
                "x": x, "y": Chart.number("lower_quartile", problem.metricTitle, log: isLog),
                "y2": ["field": "upper_quartile"], "color": colour,
            ],
        ]
        return Chart.layers("Best so far by \(unit)", (hasBand ? [band] : []) + [line, points])
    }
}
