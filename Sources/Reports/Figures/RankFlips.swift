import Gym

/// Who is ahead after which share of the samples.
enum RankFlips {
    private static let shares = [0.02, 0.05, 0.1, 0.2, 0.5, 1]

    /// Nil with a single series, or where nothing was found.
    static func figure(of problem: Problem) -> Figure? {
        guard problem.series.count > 1 else { return nil }
        let total = problem.curves.map { $0.end(.evaluated) }.max() ?? 0
        var moments: [Double] = []
        for share in shares {
            let moment = max(1, (total * share).rounded())
            if moment > moments.last ?? 0 { moments.append(moment) }
        }
        var rows: [[JSON]] = []
        for moment in moments {
            let medians = problem.series.map { series -> Double in
                let members = problem.members(of: series).map { problem.curves[$0] }
                let band = Band(members, axis: .evaluated, moments: [moment], isLess: problem.isLess)
                return (band.points.first?.middle).map { problem.isLess ? -$0 : $0 } ?? -.infinity
            }
            for (place, series) in problem.series.enumerated() where medians[place].isFinite {
                // Equal medians share the better place.
                let rank = 1 + medians.count { $0 > medians[place] }
                let value = problem.isLess ? -medians[place] : medians[place]
                rows.append([JSON(moment), .text(series.name), JSON(rank), JSON(value)])
            }
        }
        guard !rows.isEmpty else { return nil }
        let x: JSON = [
            "field": "samples", "type": "ordinal", "title": "samples paid for",
            "axis": ["labelAngle": 0, "format": ","],
        ]
        let y = Chart.names("series")
        let scale: JSON = ["domain": [1, JSON(problem.series.count)], "range": ["#2f7dc0", "#dfe7ee"]]
        let cell: JSON = [
            "mark": ["type": "rect", "cornerRadius": 3, "stroke": "white", "strokeWidth": 1],
            "encoding": [
                "x": x, "y": y,
                "color": ["field": "rank", "type": "quantitative", "scale": scale, "legend": nil],
                "tooltip": Chart.tooltip([
                    ("series", "series", false), ("samples", "samples", true), ("rank", "rank", true),
                    ("median", "median \(problem.metric.name)", true),
                ]),
            ],
        ]
        let label: JSON = [
            "mark": ["type": "text", "fontSize": 13, "fontWeight": "bold"],
            "encoding": [
                "x": x, "y": y, "text": ["field": "rank", "type": "quantitative"],
                "color": [
                    "condition": [
                        "test": .text("datum.rank <= \(max(1, problem.series.count / 3))"), "value": "white",
                    ],
                    "value": "#1d2733",
                ],
            ],
        ]
        return Figure(
            "rank-flips", "Who is ahead when",
            caption:
                "The place of each series by the median best after so many samples; 1 is ahead. A series is there once "
                + "half of its trials have found something.",
            columns: ["samples", "series", "rank", "median"], rows: rows,
            chart: Chart.layers("Who is ahead when", height: JSON(34 * Set(rows.map { $0[1] }).count), [cell, label]))
    }
}
