import Studies

/// Which hyperparameters the differences between a contender's configurations come from.
enum HyperparameterImportance {
    private static let barLimit = 8

    /// Nil outside lotteries, or where there are too few configurations to tell.
    static func figure(of lottery: LotteryResult) -> Figure? {
        var rows: [[JSON]] = []
        for contender in lottery.contenders where !contender.isSingle {
            for part in contender.importance.prefix(barLimit) where part.share > 0.005 {
                let kind = part.names.count > 1 ? "two together" : "alone"
                rows.append([
                    .text(contender.name), .text(part.names.joined(separator: " × ")), .text(kind), JSON(part.share),
                ])
            }
        }
        guard !rows.isEmpty else { return nil }
        return Figure(
            "hyperparameter-importance", "Which hyperparameters matter",
            caption:
                "The share of the variance between configurations that each explains alone, or two together beyond "
                + "that: an analysis of variance of a regression forest (Hutter, Hoos and Leyton-Brown, 2014).",
            columns: ["series", "hyperparameter", "kind", "share"], rows: rows, chart: chart)
    }

    private static var chart: JSON {
        let y = Chart.names("hyperparameter", limit: 190)
        let bars: JSON = [
            "width": 260, "height": ["step": 20], "mark": ["type": "bar", "tooltip": true],
            "encoding": ["y": y, "x": ImportanceBars.share, "color": ImportanceBars.kind],
        ]
        return Chart.spec(
            "Which hyperparameters matter",
            [
                "facet": ["field": "series", "type": "nominal", "title": nil, "sort": nil], "columns": 2,
                "resolve": ["scale": ["y": "independent"]], "spec": bars,
            ])
    }
}

/// What importance bars have in common.
enum ImportanceBars {
    static let share: JSON = [
        "field": "share", "type": "quantitative", "title": "share of the variance",
        "axis": ["format": "%", "tickCount": 6],
    ]
    static let kind: JSON = [
        "field": "kind", "type": "nominal", "title": nil,
        "scale": ["domain": ["alone", "two together"], "range": ["#3b82c4", "#e08214"]],
    ]
}
