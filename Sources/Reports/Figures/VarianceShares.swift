import Learning
import Studies

/// How much of a contender's variance lies between its configurations, and how much between seeds.
enum VarianceShares {
    /// Nil outside lotteries, or where the variance can't be split.
    static func figure(of lottery: LotteryResult) -> Figure? {
        var rows: [[JSON]] = []
        for contender in lottery.contenders where !contender.isSingle {
            guard let split = contender.split, split.configurations + split.seeds > 0 else { continue }
            let parts = [
                ("configurations", split.share, split.configurations), ("seeds", 1 - split.share, split.seeds),
            ]
            for (source, share, variance) in parts {
                rows.append([.text(contender.name), .text(source), JSON(share), JSON(variance)])
            }
        }
        guard !rows.isEmpty else { return nil }
        let colour: JSON = [
            "field": "source", "type": "nominal", "title": nil,
            "scale": ["domain": ["configurations", "seeds"], "range": ["#e08214", "#3b82c4"]],
        ]
        let body: JSON = [
            "height": JSON(14 * rows.count), "mark": ["type": "bar", "size": 18, "tooltip": true],
            "encoding": [
                "y": Chart.names("series"), "color": colour,
                "x": [
                    "field": "share", "type": "quantitative", "title": "share of the variance",
                    "axis": ["format": "%", "tickCount": 6],
                ],
            ],
        ]
        return Figure(
            "variance-shares", "Configurations or seeds",
            caption:
                "Where the variance of final scores comes from: between drawn configurations, or between seeds of one "
                + "(a random-effects analysis of variance).",
            columns: ["series", "source", "share", "variance"], rows: rows,
            chart: Chart.spec("Configurations or seeds", Chart.wide(body)))
    }
}
