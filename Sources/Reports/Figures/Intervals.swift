import Gym
import Learning

/// Four ways to sum up a series' runs, each with its 95 % interval.
enum Intervals {
    private static let statistics = ["mean of the middle half", "median", "mean", "gap to the best"]

    /// Nil where no series has at least three runs.
    static func figure(of contest: Contest) -> Figure? {
        var rows: [[JSON]] = []
        for entry in contest.entries where entry.runs.count > 2 {
            guard let values = summary(entry.runs) else { continue }
            var generator = Generator(seed: 1, "intervals", entry.series.name)
            let intervals = Bootstrap(resamples: 1_000).band(clusters: entry.clusters, using: &generator) {
                summary($0.flatMap(\.self)) ?? []
            }
            for (place, statistic) in statistics.enumerated() {
                rows.append([
                    .text(statistic), .text(entry.series.name), JSON(intervals?[place].lowerBound),
                    JSON(values[place]), JSON(intervals?[place].upperBound),
                ])
            }
        }
        guard !rows.isEmpty else { return nil }
        return Figure(
            "score-intervals", "Scores summed up",
            caption:
                "Means and medians: more is better; gap to the best: less is. The bars are 95 % bootstrap intervals; "
                + "the seeds of a configuration are drawn again together.",
            columns: ["statistic", "series", "low", "value", "high"], rows: rows,
            chart: chart(contest.entries.map(\.series)))
    }

    private static func summary(_ runs: [Double]) -> [Double]? {
        Spread(runs).map { [$0.interquartileMean, $0.median, $0.mean, $0.optimalityGap()] }
    }

    private static func chart(_ series: [Series]) -> JSON {
        let y = Chart.names("series", limit: 140)
        let colour = Chart.colour("series", series, legend: false)
        let bar: JSON = [
            "mark": ["type": "rule", "strokeWidth": 5, "opacity": 0.35],
            "encoding": ["y": y, "x": Chart.number("low", ""), "x2": ["field": "high"], "color": colour],
        ]
        let dot: JSON = [
            "mark": ["type": "point", "filled": true, "size": 60, "opacity": 1, "tooltip": true],
            "encoding": ["y": y, "x": Chart.number("value", ""), "color": colour],
        ]
        return Chart.spec(
            "Scores summed up",
            [
                "facet": [
                    "field": "statistic", "type": "nominal", "title": nil, "sort": .list(statistics.map(JSON.text)),
                ],
                "columns": 2, "resolve": ["scale": ["x": "independent"]],
                "spec": ["width": 330, "height": ["step": 26], "layer": [bar, dot]],
            ])
    }
}
