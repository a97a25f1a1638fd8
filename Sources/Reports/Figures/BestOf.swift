import Learning
import Studies

/// What the best of n drawn configurations can be expected to reach, over what that costs.
enum BestOf {
    /// Nil outside lotteries, or where no contender has several configurations.
    static func figure(of lottery: LotteryResult, _ series: [Series]) -> Figure? {
        var rows: [[JSON]] = []
        for contender in lottery.contenders where !contender.isSingle {
            guard let best = contender.best else { continue }
            let name = series.first { $0.name == contender.name || $0.name.hasSuffix(": \(contender.name)") }?.name
            for draws in TrialCurve.moments(upTo: Int64(best.count)).map({ Int($0) }) {
                let median = best.median(of: draws)
                let isSure = draws <= max(1, best.count / 2)
                let cost = lottery.samples.map { Double($0 * draws) } ?? Double(draws)
                rows.append([
                    .text(name ?? contender.name), JSON(draws), JSON(cost), .text(isSure ? "sure" : "unsure"),
                    JSON(best.expected(of: draws)), JSON(best.unbiased(of: draws)), JSON(isSure ? median.low : nil),
                    JSON(isSure ? median.middle : nil), JSON(isSure ? median.high : nil),
                ])
            }
        }
        guard !rows.isEmpty else { return nil }
        let names = Set(rows.compactMap { if case .text(let name) = $0[0] { name } else { nil } })
        return Figure(
            "best-of-draws", "Expected best of n configurations",
            caption:
                "The mean best score of n drawn configurations: with replacement (line), without (dots, unbiased); "
                + "beyond half of the draws, where dots are faint, both are mostly chance. Between the dotted bounds "
                + "lies the median of the best of n, for all n at once in 95 % of cases (Dvoretzky and others, 1956); "
                + "there is no upper one where no draw reaches it.",
            columns: [
                "series", "draws", "samples", "half", "expected", "unbiased", "median_low", "median", "median_high",
            ],
            rows: rows, chart: chart(series.filter { names.contains($0.name) }, isCounted: lottery.samples != nil))
    }

    private static func chart(_ series: [Series], isCounted: Bool) -> JSON {
        let x = Chart.number(
            "samples", isCounted ? "samples, all configurations together" : "configurations", log: true)
        let colour = Chart.colour("series", series)
        let opacity: JSON = ["condition": ["test": "datum.half == 'unsure'", "value": 0.25], "value": 1]
        func bound(_ field: String) -> JSON {
            [
                "mark": ["type": "line", "strokeDash": [2, 3], "strokeWidth": 1.2, "opacity": 0.8],
                "encoding": ["x": x, "y": Chart.number(field, "score"), "color": colour],
            ]
        }
        let line: JSON = [
            "mark": ["type": "line", "tooltip": true],
            "encoding": ["x": x, "y": Chart.number("expected", "score"), "color": colour],
        ]
        let dots: JSON = [
            "mark": ["type": "point", "filled": true, "size": 22, "tooltip": true],
            "encoding": ["x": x, "y": Chart.number("unbiased", "score"), "color": colour, "opacity": opacity],
        ]
        return Chart.layers(
            "Expected best of n configurations", [bound("median_low"), bound("median_high"), line, dots])
    }
}
