import Learning

/// How likely a run of one series beats one of another.
enum Improvement {
    private static let pairLimit = 28

    /// Nil with fewer than two series of at least two runs.
    static func figure(of contest: Contest) -> Figure? {
        let entries = contest.entries.filter { $0.runs.count > 1 }
        guard entries.count > 1 else { return nil }
        var tests: [(better: String, worse: String, probability: Double, significance: Double)] = []
        for (place, one) in entries.enumerated() {
            for other in entries[(place + 1)...] {
                guard let test = RankSum(members(of: one), members(of: other)) else { continue }
                let isFirst = test.probability >= 0.5
                tests.append(
                    (
                        isFirst ? one.series.name : other.series.name, isFirst ? other.series.name : one.series.name,
                        max(test.probability, 1 - test.probability), test.significance
                    ))
            }
        }
        let adjusted = Holm.adjusted(tests.map(\.significance))
        let order = tests.indices.sorted { (-tests[$0].probability, $0) < (-tests[$1].probability, $1) }
        let rows = order.prefix(pairLimit).map { place -> [JSON] in
            let test = tests[place]
            return [
                .text("\(test.better) > \(test.worse)"), JSON(0.5), JSON(test.probability), JSON(adjusted[place]),
                .text(adjusted[place] < 0.05 ? "told apart" : "not told apart"),
            ]
        }
        let part = rows.count < tests.count ? " The \(rows.count) clearest of \(tests.count) pairs." : ""
        return Figure(
            "probability-of-improvement", "Probability of improvement",
            caption: "How likely the first of two beats the second, ties counted half; told apart are those whose "
                + "difference chance alone gives in less than 5 % (Mann and Whitney's test, Holm's correction).\(part)",
            columns: ["pair", "even", "probability", "significance", "verdict"], rows: rows, chart: chart(rows.count))
    }

    /// Runs of one configuration are alike, so configurations are compared by their means; a single one has nothing
    /// but its runs.
    private static func members(of entry: Contest.Entry) -> [Double] {
        entry.clusters.count == 1 ? entry.runs : entry.clusters.map { $0.reduce(0, +) / Double($0.count) }
    }

    private static func chart(_ count: Int) -> JSON {
        let y = Chart.names("pair", limit: 320)
        let axis: JSON.Member = .init(name: "scale", value: ["domain": [0.5, 1]])
        let x: JSON = .object([
            .init(name: "field", value: "even"), .init(name: "type", value: "quantitative"),
            .init(name: "title", value: "probability"), axis, .init(name: "axis", value: ["tickCount": 6]),
        ])
        let colour: JSON = [
            "field": "verdict", "type": "nominal", "title": nil,
            "scale": ["domain": ["told apart", "not told apart"], "range": ["#2f9e5b", "#7f8790"]],
        ]
        let rule: JSON = [
            "mark": ["type": "rule", "strokeWidth": 3],
            "encoding": ["y": y, "x": x, "x2": ["field": "probability"], "color": colour],
        ]
        let dot: JSON = [
            "mark": ["type": "point", "filled": true, "size": 90, "opacity": 1],
            "encoding": [
                "y": y, "x": x.with("field", "probability"), "color": colour,
                "tooltip": Chart.tooltip([
                    ("pair", "pair", false), ("probability", "probability", true),
                    ("significance", "significance", true),
                ]),
            ],
        ]
        return Chart.layers("Probability of improvement", height: JSON(24 * count), [rule, dot])
    }
}
