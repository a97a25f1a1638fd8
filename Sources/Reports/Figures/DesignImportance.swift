import Gym
import Learning

/// Which parameters of a design matter, and which of their values are good.
enum DesignImportance {
    private static let barLimit = 14
    private static let panelLimit = 9

    /// None where there is too little to say.
    static func figures(of problem: Problem) throws -> [Figure] {
        guard let cells = try DesignCells(problem) else { return [] }
        let parts = cells.importance()
        return [bars(parts, problem, cells), panels(parts, problem, cells)].compactMap(\.self)
    }

    private static func source(_ cells: DesignCells) -> String {
        cells.isRandom
            ? "From random search's designs." : "From the designs that agents chose, which are not spread evenly."
    }

    private static func bars(
        _ parts: [(names: [String], share: Double)], _ problem: Problem, _ cells: DesignCells
    ) -> Figure? {
        let rows = parts.prefix(barLimit).filter { $0.share > 0.002 }.map { part -> [JSON] in
            [
                .text(part.names.joined(separator: " × ")), .text(part.names.count > 1 ? "two together" : "alone"),
                JSON(part.share),
            ]
        }
        guard !rows.isEmpty else { return nil }
        let body: JSON = [
            "height": JSON(22 * rows.count), "mark": ["type": "bar", "tooltip": true],
            "encoding": [
                "y": Chart.names("parameter", limit: 300), "x": ImportanceBars.share, "color": ImportanceBars.kind,
            ],
        ]
        return Figure(
            "parameter-importance", "Which parameters matter",
            caption: "The share of the variance of \(problem.metric.name) that each parameter explains alone, or two "
                + "together beyond that, in a regression forest over \(cells.values.count) designs. \(source(cells))",
            columns: ["parameter", "kind", "share"], rows: rows,
            chart: Chart.spec("Which parameters matter", Chart.wide(body)))
    }

    private static func panels(
        _ parts: [(names: [String], share: Double)], _ problem: Problem, _ cells: DesignCells
    ) -> Figure? {
        let order = parts.filter { $0.names.count == 1 }.prefix(panelLimit).map { $0.names[0] }
        var rows: [[JSON]] = []
        for name in order {
            guard let axis = cells.axes.first(where: { $0.name == name }) else { continue }
            for (cell, label) in axis.labels.enumerated() {
                let values = cells.values.indices.filter { axis.cells[$0] == cell }.map { cells.values[$0] }
                guard let spread = Spread(values) else { continue }
                rows.append([
                    .text(name), JSON(cell), .text(label), JSON(spread.quantile(0.25)), JSON(spread.median),
                    JSON(spread.quantile(0.75)), JSON(values.count),
                ])
            }
        }
        guard !rows.isEmpty else { return nil }
        return Figure(
            "parameter-values", "Which values are good",
            caption:
                "The median of \(problem.metricTitle) over the designs with each value, whatever the other parameters "
                + "are; bars span the quartiles. \(source(cells))",
            columns: ["parameter", "place", "value", "lower_quartile", "median", "upper_quartile", "designs"],
            rows: rows, chart: chart(problem, rows, order))
    }

    private static func chart(_ problem: Problem, _ rows: [[JSON]], _ order: [String]) -> JSON {
        let isLog = Scale.isLog(rows.flatMap { $0[3...5] }, of: problem.metric)
        let x: JSON = [
            "field": "value", "type": "ordinal", "title": nil, "sort": ["field": "place", "op": "min"],
            "axis": ["labelAngle": -40, "labelLimit": 90, "labelOverlap": false, "labelFontSize": 10],
        ]
        let bar: JSON = [
            "mark": ["type": "rule", "strokeWidth": 5, "opacity": 0.35, "color": "#3b82c4"],
            "encoding": [
                "x": x, "y": Chart.number("lower_quartile", problem.metric.name, log: isLog),
                "y2": ["field": "upper_quartile"],
            ],
        ]
        let dot: JSON = [
            "mark": ["type": "point", "filled": true, "size": 40, "opacity": 1, "color": "#3b82c4", "tooltip": true],
            "encoding": ["x": x, "y": Chart.number("median", problem.metric.name, log: isLog)],
        ]
        return Chart.spec(
            "Which values are good",
            [
                "facet": [
                    "field": "parameter", "type": "nominal", "title": nil, "sort": .list(order.map(JSON.text)),
                ],
                "columns": 3, "resolve": ["scale": ["x": "independent"]],
                "spec": ["width": 235, "height": 130, "layer": [bar, dot]],
            ])
    }
}
