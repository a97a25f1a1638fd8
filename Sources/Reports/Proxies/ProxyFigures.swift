/// The figures of a proxy's scores.
enum ProxyFigures {
    /// What was foretold against what is real; nil without designs.
    static func scatter(of scores: ProxyScores) -> Figure? {
        guard !scores.points.isEmpty else { return nil }
        let rows = scores.points.map { point -> [JSON] in
            [.text(point.metric), JSON(point.real), JSON(point.foretold)]
        }
        let points: JSON = [
            "mark": ["type": "point", "opacity": 0.6, "size": 20, "tooltip": true],
            "encoding": ["x": Chart.number("real", "real"), "y": Chart.number("foretold", "foretold")],
        ]
        let line: JSON = [
            "mark": ["type": "line", "strokeDash": [4, 4], "color": Chart.grey],
            "encoding": ["x": Chart.number("real", "real"), "y": Chart.number("real", "foretold")],
        ]
        return Figure(
            "foretold-and-real", "Foretold and real",
            caption: "Each mark is a design that the proxy never learned from; on the dashed line it is right.",
            columns: ["metric", "real", "foretold"], rows: rows,
            chart: facets("Foretold and real", by: "metric", ["width": 260, "height": 240, "layer": [points, line]]))
    }

    /// The error against how many designs were learned from; nil where it was not measured.
    static func curve(of scores: ProxyScores) -> Figure? {
        guard !scores.curve.isEmpty else { return nil }
        let rows = scores.curve.map { point -> [JSON] in
            [.text(point.metric), JSON(point.designs), JSON(point.errorPercent)]
        }
        let line: JSON = [
            "mark": ["type": "line", "point": true, "tooltip": true],
            "encoding": [
                "x": Chart.number("designs", "designs learned from", log: true),
                "y": Chart.number("error_percent", "root mean squared error, % of the mean", log: true),
                "color": ["field": "metric", "type": "nominal", "title": nil],
            ],
        ]
        return Figure(
            "learning-curve", "Learning curve",
            caption: "How the error on the same designs falls with the number of designs that are learned from.",
            columns: ["metric", "designs", "error_percent"], rows: rows,
            chart: Chart.layers("Learning curve", [line]))
    }

    /// What the proxy goes by; nil where it was not measured.
    static func importance(of scores: ProxyScores) -> Figure? {
        guard !scores.importance.isEmpty else { return nil }
        let rows = scores.importance.map { part -> [JSON] in
            [.text(part.metric), .text(part.parameter), JSON(part.percent)]
        }
        let bars: JSON = [
            "width": 260, "height": ["step": 18], "mark": ["type": "bar", "tooltip": true],
            "encoding": ["y": Chart.names("parameter", limit: 190), "x": Chart.number("percent", "% of the mean")],
        ]
        return Figure(
            "importance", "What the proxy goes by",
            caption: "By how much a metric moves, as a root mean square, where one parameter is dealt out anew.",
            columns: ["metric", "parameter", "percent"], rows: rows,
            chart: facets("What the proxy goes by", by: "metric", bars))
    }

    private static func facets(_ title: String, by field: String, _ spec: JSON) -> JSON {
        Chart.spec(
            title,
            [
                "facet": ["field": .text(field), "type": "nominal", "title": nil, "sort": nil], "columns": 2,
                "resolve": ["scale": ["x": "independent", "y": "independent"]], "spec": spec,
            ])
    }
}
