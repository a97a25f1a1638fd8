import Files
import Gym

/// The axes of a sweep: every list under `sweep` is crossed with the others, the first one outermost.
struct Sweep {
    /// A dotted key with the values that it takes.
    struct Axis {
        let path: String
        let items: [YAMLNode]

        /// The key at the top of the manifest that it varies.
        var part: String { String(path.prefix { $0 != "." }) }
    }

    let axes: [Axis]
    /// How many combinations there are; 1 without axes.
    let cellCount: Int

    init(_ fields: YAMLFields, kind: Plan.Kind) throws {
        guard let node = fields["sweep"] else {
            guard kind != .sweep else {
                throw GymError(
                    .badInput, "a sweep has no 'sweep'", hint: "add sweep: { agent.name: [random, …] }",
                    place: fields["kind"]?.place)
            }
            (axes, cellCount) = ([], 1)
            return
        }
        guard kind != .run else {
            throw node.error("'sweep' stands in a manifest that is no sweep", hint: "add kind: sweep")
        }
        axes = try Sweep.axes(of: node, prefix: "")
        guard !axes.isEmpty else { throw node.error("'sweep' varies nothing") }
        var seen: Set<String> = []
        for axis in axes where !seen.insert(axis.path).inserted {
            throw axis.items[0].error("'\(axis.path)' is varied twice")
        }
        if kind == .lottery, let axis = axes.first(where: { $0.part == "agent" }) {
            throw axis.items[0].error(
                "a lottery draws its agents' configurations, so a sweep can't vary 'agent'",
                hint: "name the agents under lottery: { agents: […] }")
        }
        var count = 1
        for axis in axes {
            let (product, overflow) = count.multipliedReportingOverflow(by: axis.items.count)
            count = overflow ? Int.max : product
        }
        cellCount = count
    }

    /// The keys at the top of the manifest that are varied.
    var parts: Set<String> { Set(axes.map(\.part)) }

    /// Which item each axis takes in a cell.
    func choices(of cell: Int) -> [Int] {
        var rest = cell
        var choices: [Int] = []
        for axis in axes.reversed() {
            choices.append(rest % axis.items.count)
            rest /= axis.items.count
        }
        return choices.reversed()
    }

    /// The manifest of one cell.
    func root(_ base: YAMLNode, cell: Int) throws -> YAMLNode {
        try zip(axes, choices(of: cell)).reduce(base) { root, pair in
            try root.setting(pair.0.path, to: pair.0.items[pair.1], shorthands: Manifest.shorthands)
        }
    }

    /// An agent or environment with lists in it stands for all their combinations: a sweep of its own, so that each
    /// may vary what the others don't have.
    private static func nested(_ item: YAMLNode) throws -> [YAMLNode] {
        guard !item.isScalar, !item.isList, !item.isNull else { return [item] }
        return try item.entries().reduce([item]) { combinations, entry in
            guard entry.value.isList else { return combinations }
            let values = try entry.value.list()
            guard !values.isEmpty, values.count <= Manifest.trialLimit / combinations.count else {
                throw entry.value.error("'\(entry.name)' has \(values.isEmpty ? "no" : "too many") values to take")
            }
            return try combinations.flatMap { item in try values.map { try item.setting(entry.name, to: $0) } }
        }
    }

    /// Keys may be dotted, nested, or both.
    private static func axes(of node: YAMLNode, prefix: String) throws -> [Axis] {
        var axes: [Axis] = []
        for entry in try node.entries() {
            let path = prefix + entry.name
            let part = String(path.prefix { $0 != "." })
            guard Manifest.cellKeys.contains(part) else {
                throw entry.key.located(
                    GymError.unknown(.badInput, "key to vary", part, among: Manifest.cellKeys))
            }
            if entry.value.isList {
                let items = try entry.value.list()
                guard !items.isEmpty else { throw entry.value.error("'\(path)' has no values to take") }
                let isWhole = path == "agent" || path == "environment"
                axes.append(Axis(path: path, items: try isWhole ? items.flatMap(Sweep.nested) : items))
            } else if entry.value.isScalar || entry.value.isNull {
                throw entry.value.error("'\(path)' is not a list of values to take", hint: "write it as [a, b]")
            } else {
                axes += try Sweep.axes(of: entry.value, prefix: path + ".")
            }
        }
        return axes
    }
}
