import Foundation
import Gym
import Samples

/// When the trials ran, side by side as they overlapped, with the samples that failed.
enum Timeline {
    private static let trialLimit = 1_500
    private static let failureLimit = 300
    /// The log knows when a trial began to the second, so shorter studies show nothing.
    private static let leastSeconds = 20.0

    /// Nil for a study that was over too soon.
    static func figure(of problem: Problem) throws -> Figure? {
        let starts = problem.trials.map { (try? Date($0.summary.created, strategy: .iso8601))?.timeIntervalSince1970 }
        guard let first = starts.compactMap(\.self).min() else { return nil }
        let order = problem.trials.indices.filter { starts[$0] != nil }
            .sorted { (starts[$0] ?? 0, $0) < (starts[$1] ?? 0, $1) }.prefix(trialLimit)
        var (lanes, laneOf): ([Double], [Int64: Int]) = ([], [:])
        var rows: [[JSON]] = []
        for place in order {
            let (trial, start) = (problem.trials[place], (starts[place] ?? first) - first)
            let end = start + trial.summary.seconds
            // A second of overlap is rounding: the next trial of a thread begins where the last one ended.
            let lane = lanes.firstIndex { $0 <= start + 1 } ?? lanes.count
            if lane == lanes.count { lanes.append(end) } else { lanes[lane] = max(end, lanes[lane]) }
            laneOf[trial.summary.number] = lane
            rows.append([
                "trial", .text(problem.names.series(of: trial).name), .text(trial.summary.description.label),
                JSON(lane + 1), JSON(start), JSON(end), .text(trial.summary.status.word), .text(trial.summary.host),
            ])
        }
        guard rows.count > 1, (rows.compactMap { $0[5].number }.max() ?? 0) >= leastSeconds else { return nil }
        let shown = order.map { problem.trials[$0].summary }
        let failed = shown.filter { $0.failed > 0 }
        for place in try problem.log.failures(of: failed.map(\.number), limit: failureLimit) {
            guard let sample = try problem.log.sample(at: place), let lane = laneOf[place.trial],
                let trial = failed.first(where: { $0.number == place.trial }),
                let row = rows.first(where: { $0[2] == .text(trial.description.label) }), let start = row[4].number
            else { continue }
            rows.append(["failure", row[1], row[2], JSON(lane + 1), JSON(start + sample.at), .null, "failed", row[7]])
        }
        let part = problem.trials.count > shown.count ? " The first \(shown.count) trials alone." : ""
        return Figure(
            "timeline", "When the trials ran",
            caption:
                "Each bar is a trial from its beginning over its seconds of search, in as many rows as trials ran at "
                + "once; crosses are samples that failed. Beginnings are known to the second.\(part)",
            columns: ["kind", "series", "trial", "row", "begin", "end", "status", "host"], rows: rows,
            chart: chart(problem, rows, lanes: lanes.count))
    }

    private static func chart(_ problem: Problem, _ rows: [[JSON]], lanes: Int) -> JSON {
        let y: JSON = ["field": "row", "type": "ordinal", "title": nil, "axis": nil]
        let x = Chart.number("begin", "seconds since the first trial began")
        let tooltip = Chart.tooltip([
            ("trial", "trial", false), ("series", "series", false), ("begin", "begin", true), ("end", "end", true),
            ("status", "status", false), ("host", "host", false),
        ])
        let bar: JSON = [
            "transform": Chart.only("trial"),
            "mark": ["type": "bar", "cornerRadius": 2, "stroke": "white", "strokeWidth": 0.5],
            "encoding": [
                "y": y, "x": x, "x2": ["field": "end"], "color": Chart.colour("series", problem.series),
                "tooltip": tooltip,
            ],
        ]
        let cross: JSON = [
            "transform": Chart.only("failure"),
            "mark": ["type": "point", "shape": "cross", "angle": 45, "size": 60, "color": "#d1495b", "filled": true],
            "encoding": ["y": y, "x": x, "tooltip": tooltip],
        ]
        return Chart.layers(
            "When the trials ran", height: JSON(lanes * (lanes > 16 ? 12 : 24)),
            rows.contains { $0[0] == "failure" } ? [bar, cross] : [bar])
    }
}

extension JSON {
    /// The number; nil for anything else.
    var number: Double? { if case .number(let value) = self { value } else { nil } }
}
