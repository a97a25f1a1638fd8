/// The pieces that Vega-Lite specs are put together from, so that all figures look alike.
enum Chart {
    /// Colours that can be told apart on white and on black, in the order in which series take them.
    static let palette: JSON = [
        "#3b82c4", "#e08214", "#2f9e5b", "#d1495b", "#8e63ce", "#a0714f", "#d66fb3", "#1ba3b8", "#a3a02c", "#6a7bd1",
    ]
    /// What random search is drawn in.
    static let grey: JSON = "#7f8790"

    /// A whole spec: what is common to all, and a body.
    static func spec(_ description: String, _ body: JSON) -> JSON {
        var members: [JSON.Member] = [
            .init(name: "$schema", value: "https://vega.github.io/schema/vega-lite/v6.json"),
            .init(name: "description", value: .text(description)),
        ]
        if case .object(let own) = body { members += own }
        return .object(members + [.init(name: "config", value: config)])
    }

    /// A spec of layers that fill the page's width.
    static func layers(_ description: String, height: JSON = 320, _ layers: [JSON]) -> JSON {
        spec(description, wide(["height": height, "layer": .list(layers)]))
    }

    /// The body of a chart that fills the page's width.
    static func wide(_ body: JSON) -> JSON {
        body.with("width", "container").with("autosize", ["type": "fit-x", "contains": "padding"])
            .with("padding", ["left": 4, "right": 16, "top": 4, "bottom": 4])
    }

    private static let config: JSON = [
        "font": "system-ui, sans-serif", "background": nil, "view": ["stroke": nil],
        "axis": [
            "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "gridOpacity": 0.6,
            "labelFlush": false,
        ],
        "legend": [
            "labelFontSize": 12, "title": nil, "orient": "top", "symbolStrokeWidth": 2.5, "symbolOpacity": 1,
            "labelLimit": 320,
        ],
        "header": ["labelFontSize": 12, "titleFontSize": 12],
        "range": ["category": palette],
        "line": ["strokeWidth": 2, "strokeJoin": "round"],
    ]

    /// Large numbers are written with an M or a G.
    static let shortLabel: JSON =
        "datum.label && abs(datum.value) >= 1e5 ? format(datum.value, '~s') : datum.label"

    /// An axis of numbers.
    static func number(_ field: String, _ title: String, log: Bool = false) -> JSON {
        let scale: JSON = log ? ["type": "log", "nice": false] : ["zero": false, "nice": true]
        let axis: JSON = ["labelExpr": shortLabel, "labelOverlap": true]
        return .object(
            [
                .init(name: "field", value: .text(field)), .init(name: "type", value: "quantitative"),
                .init(name: "title", value: .text(title)), .init(name: "scale", value: scale),
                .init(name: "axis", value: log ? axis : axis.with("tickCount", 8)),
            ])
    }

    /// An axis of names in the order of the rows.
    static func names(_ field: String, limit: Int = 260) -> JSON {
        ["field": .text(field), "type": "nominal", "title": nil, "sort": nil, "axis": ["labelLimit": JSON(limit)]]
    }

    /// The colour of each series; random search is grey.
    static func colour(_ field: String, _ series: [Series], legend: Bool = true) -> JSON {
        guard case .list(let colours) = palette else { return nil }
        var next = 0
        let range = series.map { one -> JSON in
            guard !one.isRandom else { return grey }
            defer { next += 1 }
            return colours[next % colours.count]
        }
        let scale: JSON = ["domain": .list(series.map { .text($0.name) }), "range": .list(range)]
        let encoding: JSON = ["field": .text(field), "type": "nominal", "scale": scale, "title": nil]
        return legend ? encoding : encoding.with("legend", nil)
    }

    /// Dashes for random search.
    static func dash(_ field: String, _ series: [Series]) -> JSON {
        let whole: JSON = [1, 0]
        let dashed: JSON = [5, 4]
        let scale: JSON = [
            "domain": .list(series.map { .text($0.name) }),
            "range": .list(series.map { $0.isRandom ? dashed : whole }),
        ]
        return ["field": .text(field), "type": "nominal", "scale": scale, "title": nil]
    }

    /// What a pointer over a mark shows.
    static func tooltip(_ fields: [(field: String, title: String, isNumber: Bool)]) -> JSON {
        .list(
            fields.map { one in
                let plain: JSON = [
                    "field": .text(one.field), "title": .text(one.title),
                    "type": one.isNumber ? "quantitative" : "nominal",
                ]
                return one.isNumber ? plain.with("format", ".5~g") : plain
            })
    }

    /// Only the rows whose column `kind` holds a word.
    static func only(_ kind: String) -> JSON { [["filter": ["field": "kind", "equal": .text(kind)]]] }
}
