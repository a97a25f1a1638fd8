/// What ran where in one episode of a study, to be drawn.
public struct LoggedSchedule: Sendable {
    /// A row of the drawing.
    public struct Lane: Sendable {
        let name: String
        let utilisation: Double
        let energy: Double?

        /// A row: its name, the share of time in which it was busy, and mJ where they are known.
        public init(name: String, utilisation: Double, energy: Double?) {
            (self.name, self.utilisation, self.energy) = (name, utilisation, energy)
        }
    }

    /// A bar of the drawing.
    public struct Bar: Sendable {
        let lane: Int
        let job: Int
        let label: String
        let start: Double
        let end: Double

        /// A bar: its row, the job that gives its colour, what it is, and us.
        public init(lane: Int, job: Int, label: String, start: Double, end: Double) {
            (self.lane, self.job, self.label, self.start, self.end) = (lane, job, label, start, end)
        }
    }

    /// More bars than these can't be told apart, and would make the page slow.
    private static let barLimit = 4_000

    let title: String
    private let lanes: [Lane]
    private let bars: [Bar]

    /// A drawing of an episode.
    public init(title: String, lanes: [Lane], bars: [Bar]) {
        (self.title, self.lanes) = (title, lanes)
        self.bars = bars.sorted { ($0.start, $0.lane) < ($1.start, $1.lane) }
    }

    /// Tasks over time, and what each element did and took.
    func figures(number: Int) -> [Figure] {
        let suffix = number == 1 ? "" : "-\(number)"
        return [gantt("schedule" + suffix), share("schedule-elements" + suffix)]
    }

    private func gantt(_ name: String) -> Figure {
        let shown = bars.prefix(LoggedSchedule.barLimit)
        let part = bars.count > shown.count ? " The first \(shown.count) of \(bars.count) tasks alone." : ""
        let tooltip = Chart.tooltip([
            ("task", "task", false), ("job", "job", false), ("element", "element", false), ("start", "start, us", true),
            ("finish", "finish, us", true),
        ])
        let bar: JSON = [
            "mark": ["type": "bar", "cornerRadius": 1, "stroke": "white", "strokeWidth": 0.4],
            "encoding": [
                "y": Chart.names("element").with("sort", .list(lanes.map { .text($0.name) })),
                "x": Chart.number("start", "us"), "x2": ["field": "finish"],
                "color": [
                    "field": "colour", "type": "nominal", "legend": nil, "scale": ["range": Chart.palette],
                ],
                "tooltip": tooltip,
            ],
        ]
        return Figure(
            name, "What ran where",
            caption: "Each bar is a task on its element, coloured by its job; ten colours take turns.\(part)",
            columns: ["element", "task", "job", "start", "finish", "colour"],
            rows: shown.map {
                [
                    .text(lanes[$0.lane].name), .text($0.label), JSON($0.job), JSON($0.start), JSON($0.end),
                    JSON($0.job % 10),
                ]
            },
            chart: Chart.layers("What ran where", height: JSON(lanes.count * (lanes.count > 12 ? 18 : 28)), [bar]))
    }

    private func share(_ name: String) -> Figure {
        let known = lanes.contains { $0.energy != nil }
        let y = Chart.names("element").with("sort", .list(lanes.map { .text($0.name) }))
        func bars(_ field: String, _ title: String, _ colour: JSON) -> JSON {
            [
                "mark": ["type": "bar", "cornerRadius": 1, "color": colour], "width": 360,
                "encoding": [
                    "y": y, "x": Chart.number(field, title).with("scale", ["zero": true]),
                    "tooltip": Chart.tooltip([("element", "element", false), (field, title, true)]),
                ],
            ]
        }
        let busy = bars("busy", "busy share of the time", "#3b82c4")
        let energy = bars("energy", "energy, mJ", "#e08214")
        return Figure(
            name, "How busy elements were" + (known ? ", and what they took" : ""),
            caption: "The share of the episode in which each element ran tasks"
                + (known ? ", and its energy, idle time among it." : "."),
            columns: ["element", "busy", "energy"],
            rows: lanes.map { [.text($0.name), JSON($0.utilisation), $0.energy.map { JSON($0) } ?? .null] },
            chart: Chart.spec(
                "How busy elements were", known ? ["hconcat": [busy, energy]] : ["hconcat": [busy]]))
    }
}
