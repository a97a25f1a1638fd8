import Gym
import Learning

/// Which share of a series' runs reaches which score.
enum Profiles {
    private static let steps = 40

    /// Nil where no series has at least three runs.
    static func figure(of contest: Contest) -> Figure? {
        let entries = contest.entries.filter { $0.runs.count > 2 }
        let all = entries.flatMap(\.runs)
        guard let least = all.min(), let most = all.max(), most > least else { return nil }
        let low = max(0, min(least, 1)), high = max(1, most)
        let thresholds = (0...steps).map { low + (high - low) * Double($0) / Double(steps) }
        var rows: [[JSON]] = []
        for entry in entries {
            guard let shares = Spread(entry.runs)?.profile(thresholds) else { continue }
            var generator = Generator(seed: 1, "profiles", entry.series.name)
            let band = Bootstrap(resamples: 1_000).band(clusters: entry.clusters, using: &generator) {
                Spread($0.flatMap(\.self))?.profile(thresholds) ?? []
            }
            for (place, threshold) in thresholds.enumerated() {
                rows.append([
                    .text(entry.series.name), JSON(threshold), JSON(band?[place].lowerBound), JSON(shares[place]),
                    JSON(band?[place].upperBound),
                ])
            }
        }
        return Figure(
            "performance-profile", "Performance profile",
            caption:
                "The share of runs whose final score is above a threshold, with 95 % bootstrap bands; a curve above "
                + "another everywhere is better throughout.",
            columns: ["series", "score", "low", "share", "high"], rows: rows, chart: chart(entries.map(\.series)))
    }

    private static func chart(_ series: [Series]) -> JSON {
        let (x, colour) = (Chart.number("score", "score"), Chart.colour("series", series))
        let band: JSON = [
            "mark": ["type": "area", "opacity": 0.15],
            "encoding": ["x": x, "y": Chart.number("low", "share of runs"), "y2": ["field": "high"], "color": colour],
        ]
        let line: JSON = [
            "mark": ["type": "line", "tooltip": true],
            "encoding": [
                "x": x, "y": Chart.number("share", "share of runs"), "color": colour,
                "strokeDash": Chart.dash("series", series),
            ],
        ]
        return Chart.layers("Performance profile", [band, line])
    }
}
