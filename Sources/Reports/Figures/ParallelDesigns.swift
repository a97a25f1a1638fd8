import Gym
import Samples
import Studies

/// The best designs as lines through all parameters.
enum ParallelDesigns {
    private static let share = 0.05
    private static let valueLimit = 3_000
    private static let parameterLimit = 24

    /// Nil where the designs have a single parameter or too many, or nothing was found.
    static func figure(of problem: Problem) throws -> Figure? {
        let parameters = problem.spec.actionSpace.parameters
        guard (2...parameterLimit).contains(parameters.count), problem.spec.horizon == 1 else { return nil }
        let lines = min(250, valueLimit / parameters.count)
        let samples = try problem.log.best(share: share, of: problem.numbers, limit: lines)
            .compactMap(problem.log.sample)
            // The best last, so that it is drawn on top.
            .sorted { ($0.score.reward ?? -.infinity) < ($1.score.reward ?? -.infinity) }
        guard samples.count > 1 else { return nil }
        var rows: [[JSON]] = []
        let labels = Dictionary(
            problem.trials.map { ($0.summary.number, $0.summary.description.label) },
            uniquingKeysWith: { one, _ in one })
        for (line, sample) in samples.enumerated() {
            let values = problem.spec.actionSpace.named(sample.action)
            for (place, parameter) in parameters.enumerated() {
                rows.append([
                    JSON(line), .text(parameter.name), JSON(position(sample.action[place], parameter)),
                    .text(values[place].value?.text ?? "inactive"), JSON(problem.headline(sample)),
                    .text("\(labels[sample.trial] ?? "") #\(sample.number)"),
                ])
            }
        }
        return Figure(
            "best-designs", "The best 5 % of designs",
            caption:
                "Each line is a design, its height on an axis the value from the parameter's least or first (below) to "
                + "its greatest or last; \(samples.count) of the best 5 % of all samples that keep the constraints.",
            columns: ["line", "parameter", "position", "value", "headline", "sample"], rows: rows, chart: chart(problem)
        )
    }

    /// From 0 to 1 over the parameter's domain, on its own scale.
    private static func position(_ value: Double, _ parameter: Parameter) -> Double {
        if let count = parameter.discreteCount, count > 1, let rank = parameter.rank(of: value) {
            return Double(rank) / Double(count - 1)
        }
        let (low, high) = (parameter.encode(parameter.lowest), parameter.encode(parameter.highest))
        return high > low ? (parameter.encode(value) - low) / (high - low) : 0.5
    }

    private static func chart(_ problem: Problem) -> JSON {
        let scale: JSON = [
            "range": ["#e08214", "#d1a35a", "#5b8fc0", "#1f5fa8"], "reverse": JSON.bool(problem.isLess),
            "zero": false, "nice": false, "interpolate": "rgb",
        ]
        let colour: JSON = [
            "field": "headline", "type": "quantitative", "title": .text(problem.metricTitle), "scale": scale,
            "legend": [
                "type": "gradient", "orient": "top", "gradientLength": 240, "labelExpr": Chart.shortLabel,
                "title": .text(problem.metricTitle),
            ],
        ]
        let x: JSON = [
            "field": "parameter", "type": "nominal", "sort": nil, "title": nil,
            "axis": ["labelAngle": -30, "grid": true, "labelLimit": 160, "domain": false],
            "scale": ["type": "point", "padding": 0.3],
        ]
        let y: JSON = [
            "field": "position", "type": "quantitative", "title": nil, "scale": ["domain": [0, 1]],
            "axis": [
                "values": [0, 1], "grid": false, "domain": false, "ticks": false,
                "labelExpr": "datum.value == 0 ? 'least' : 'greatest'",
            ],
        ]
        let line: JSON = [
            "mark": ["type": "line", "strokeWidth": 1, "opacity": 0.45],
            "encoding": ["x": x, "y": y, "color": colour, "detail": ["field": "line", "type": "nominal"]],
        ]
        let dots: JSON = [
            "mark": ["type": "point", "filled": true, "size": 16, "opacity": 0.5],
            "encoding": [
                "x": x, "y": y, "color": colour,
                "tooltip": Chart.tooltip([
                    ("parameter", "parameter", false), ("value", "value", false),
                    ("headline", problem.metric.name, true), ("sample", "sample", false),
                ]),
            ],
        ]
        return Chart.layers("The best 5 % of designs", height: 340, [line, dots])
    }
}
