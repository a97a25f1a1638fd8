import Learning

/// The final scores of all runs of each series, as a box with every run beside it.
enum Distribution {
    private static let runLimit = 1_500

    /// Nil where no series has several runs.
    static func figure(of contest: Contest) -> Figure? {
        guard contest.entries.contains(where: { $0.runs.count > 1 }) else { return nil }
        let total = contest.entries.reduce(0) { $0 + $1.runs.count }
        let stride = max(1, (total + runLimit - 1) / runLimit)
        var rows: [[JSON]] = []
        func row(_ kind: String, _ name: String, _ values: [Double?], offset: Double = 0) -> [JSON] {
            [.text(kind), .text(name)] + values.map { JSON($0) } + [JSON](repeating: .null, count: 5 - values.count)
                + [JSON(offset)]
        }
        let random = contest.entries.first(where: \.series.isRandom).flatMap { Spread($0.runs) }
        if let random {
            let quartiles = [random.median, random.quantile(0.25), random.quantile(0.75)]
            rows.append(row("random", contest.entries.last?.series.name ?? "", quartiles))
        }
        for entry in contest.entries {
            guard let spread = Spread(entry.runs) else { continue }
            let name = entry.series.name
            rows.append(
                row(
                    "box", name,
                    [spread.median, spread.quantile(0.25), spread.quantile(0.75), spread.least, spread.most]))
            for (place, score) in entry.runs.enumerated() where place.isMultiple(of: stride) {
                // Steps of the golden ratio leave no two neighbours on top of each other.
                let fraction = Double(place) * 0.618_033_988_749_895
                rows.append(row("run", name, [score], offset: (fraction - fraction.rounded(.down) - 0.5) * 0.7))
            }
            if let defaults = entry.defaults { rows.append(row("defaults", name, [defaults])) }
        }
        let defaults = rows.contains { $0[0] == "defaults" } ? " Diamonds are the defaults' mean." : ""
        let band = random == nil ? "" : " The grey band spans the quartiles of random search."
        let part = stride > 1 ? " One run in \(stride) is drawn as a dot." : ""
        return Figure(
            "final-scores", "Final score of every run",
            caption: "\(contest.text) Boxes span the quartiles, whiskers all runs.\(defaults)\(band)\(part)",
            columns: ["kind", "series", "score", "lower_quartile", "upper_quartile", "least", "most", "offset"],
            rows: rows, chart: chart(contest, kinds: Set(rows.map { $0[0] })))
    }

    private static func chart(_ contest: Contest, kinds: Set<JSON>) -> JSON {
        let series = contest.entries.map(\.series)
        let y = Chart.names("series")
        let colour = Chart.colour("series", series, legend: false)
        func x(_ field: String) -> JSON { Chart.number(field, "score") }
        let band: JSON = [
            "transform": Chart.only("random"), "mark": ["type": "rect", "opacity": 0.16, "color": Chart.grey],
            "encoding": ["x": x("lower_quartile"), "x2": ["field": "upper_quartile"]],
        ]
        let whisker: JSON = [
            "transform": Chart.only("box"), "mark": ["type": "rule"],
            "encoding": ["y": y, "x": x("least"), "x2": ["field": "most"], "color": colour],
        ]
        let box: JSON = [
            "transform": Chart.only("box"),
            "mark": ["type": "bar", "size": 20, "fillOpacity": 0.22, "strokeWidth": 1.2],
            "encoding": [
                "y": y, "x": x("lower_quartile"), "x2": ["field": "upper_quartile"], "color": colour, "stroke": colour,
                "tooltip": Chart.tooltip([
                    ("series", "series", false), ("least", "least", true), ("lower_quartile", "lower quartile", true),
                    ("score", "median", true), ("upper_quartile", "upper quartile", true), ("most", "most", true),
                ]),
            ],
        ]
        let middle: JSON = [
            "transform": Chart.only("box"), "mark": ["type": "tick", "size": 20, "thickness": 2.5],
            "encoding": ["y": y, "x": x("score"), "color": colour],
        ]
        let offset: JSON = ["field": "offset", "type": "quantitative", "scale": ["domain": [-1, 1]]]
        let runs: JSON = [
            "transform": Chart.only("run"), "mark": ["type": "circle", "size": 18, "opacity": 0.6],
            "encoding": ["y": y, "yOffset": offset, "x": x("score"), "color": colour],
        ]
        let defaults: JSON = [
            "transform": Chart.only("defaults"),
            "mark": ["type": "point", "shape": "diamond", "filled": true, "size": 110, "stroke": "white"],
            "encoding": ["y": y, "x": x("score"), "color": colour],
        ]
        return Chart.layers(
            "Final score of every run", height: JSON(44 * series.count),
            (kinds.contains("random") ? [band] : []) + [whisker, box, middle, runs]
                + (kinds.contains("defaults") ? [defaults] : []))
    }
}
