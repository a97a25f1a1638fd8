import Files
import Gym

/// The manifest with every default filled in, in one canonical form; reading it gives the same plan again.
///
/// What all cells share is written complete; what differs among them is left to the sweep's axes. `workers` is left
/// out, since nothing that is found depends on it.
struct ResolvedManifest {
    let study: String
    let kind: Plan.Kind
    let seeds: [UInt64]
    let root: YAMLNode
    let sweep: Sweep
    let lottery: Lottery?
    let cells: [Cell]

    var text: String {
        var lines = ["study: \(YAMLText.scalar(Value(parsing: study)))", "kind: \(kind)"]
        // A lottery's cells differ from one of its agents to the next in nothing but the agent.
        let shared = lottery == nil ? cells : cells.filter { $0.draw == cells[0].draw }
        let parts = shared.map(\.parts)
        for key in Manifest.cellKeys where lottery == nil || key != "agent" {
            let values = parts.map { $0.first { $0.key == key }?.part }
            if let text = common(values, key: key) { lines.append("\(key): \(text)") }
        }
        lines.append("seeds: " + YAMLText.list(seeds.map(String.init)))
        lines += lottery?.text ?? []
        if !sweep.axes.isEmpty {
            lines.append("sweep:")
            lines += sweep.axes.enumerated().map { "  " + axis($0.element, at: $0.offset) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What stands behind a key in all cells; where nothing does, what the manifest itself says.
    private func common(_ values: [Cell.Part?], key: String) -> String? {
        guard let first = values.first, let first else { return written(key) }
        switch first {
        case .whole(let text):
            return values.allSatisfy { $0 == first } ? text : written(key)
        case .entries where sweep.cases?.parts.contains(key) == true && !values.allSatisfy { $0 == first }:
            // What a case leaves alone is as it was written, even where no two cells have it in common.
            return written(key)
        case .entries(let entries):
            var kept = entries
            for value in values {
                guard case .entries(let others) = value else { return written(key) }
                kept.removeAll { !others.contains($0) }
            }
            return kept.isEmpty ? nil : YAMLText.mapping(kept.map { ($0.name, $0.text) })
        }
    }

    private func written(_ key: String) -> String? {
        try? root.entries().first { $0.name == key }.map { YAMLText.flow($0.value) }
    }

    /// An axis of whole agents, or of their names alone, is written with every hyperparameter.
    private func axis(_ axis: Sweep.Axis, at index: Int) -> String {
        let isAlone = sweep.axes.count { $0.parts.contains("agent") } == 1
        guard isAlone, axis.path == "agent" || axis.path == "agent.name" else {
            return "\(axis.path): " + YAMLText.list(axis.items.map(YAMLText.flow))
        }
        // The cells that take each item in turn are this far apart.
        let stride = sweep.axes[(index + 1)...].reduce(1) { $0 * $1.items.count }
        let agents = axis.items.indices.map { item in
            let cell = cells[item * stride]
            return YAMLText.mapping([("name", YAMLText.scalar(.text(cell.agent.name)))] + cell.settingEntries)
        }
        return "agent: " + YAMLText.list(agents)
    }
}
