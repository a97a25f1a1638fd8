/// What ran where and when in an episode: for pictures, and for programs that show traces.
public struct EpisodeSchedule: Sendable, Hashable {
    /// One element.
    public struct Lane: Sendable, Hashable {
        /// What it is called.
        public let name: String
        /// Share of the episode in which it ran tasks.
        public let utilisation: Double
        /// mJ; nil where energy was not followed.
        public let energy: Double?
    }

    /// One task.
    public struct Bar: Sendable, Hashable {
        /// The place of its element.
        public let lane: Int
        /// The number of its job, by injection.
        public let job: Int
        /// What its job's application is called.
        public let application: String
        /// What it is called.
        public let task: String
        /// us.
        public let start: Int
        /// us.
        public let finish: Int
    }

    /// Every element, by number.
    public let lanes: [Lane]
    /// Every task that has finished, in the order of their ends.
    public let bars: [Bar]

    /// What a run came to that was told to write everything down.
    package init(_ simulation: Simulation, until end: Int) {
        let tables = simulation.tables
        let tally = simulation.tally
        lanes = tables.platform.elementNames.enumerated().map { place, name in
            Lane(
                name: name, utilisation: Double(tally.active[place]) / Double(max(1, end)),
                energy: simulation.settings.tracksEnergy ? tally.energy[place] * 1e3 : nil)
        }
        bars = simulation.record.map { item in
            let application = tables.applications[item.application]
            return Bar(
                lane: item.element, job: item.job, application: application.name,
                task: application.tasks[item.task].name, start: item.start, finish: item.finish)
        }
    }

    /// The schedule in the JSON of Chrome's trace viewer and Perfetto: a thread an element, an event a task.
    public var chromeTrace: String {
        var events = lanes.enumerated().map { place, lane in
            #"{"name":"thread_name","ph":"M","pid":1,"tid":\#(place),"args":{"name":\#(quoted(lane.name))}}"#
        }
        events += bars.map { bar in
            #"{"name":\#(quoted(bar.task)),"cat":\#(quoted(bar.application)),"ph":"X","pid":1,"tid":\#(bar.lane),"#
                + #""ts":\#(bar.start),"dur":\#(bar.finish - bar.start),"args":{"job":\#(bar.job)}}"#
        }
        return "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n" + events.joined(separator: ",\n") + "\n]}\n"
    }

    private func quoted(_ word: String) -> String {
        var text = "\""
        for scalar in word.unicodeScalars {
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case _ where scalar.value < 0x20: text += " "
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
