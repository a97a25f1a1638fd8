import Files
import Gym

/// The axes of a sweep: every list under `sweep` is crossed with the others, the first one outermost. The items of
/// `cases` set several keys together.
struct Sweep {
    /// A dotted key with the values that it takes; or `cases`, each a mapping of dotted keys to values.
    struct Axis {
        /// The key of the axis whose items are mappings.
        static let cases = "cases"

        let path: String
        let items: [YAMLNode]
        /// The keys at the top of the manifest that it varies.
        let parts: Set<String>

        init(path: String, items: [YAMLNode]) {
            (self.path, self.items, parts) = (path, items, [Sweep.part(of: path)])
        }

        /// The cases, whose keys were looked at.
        init(cases: [YAMLNode], parts: Set<String>) { (path, items, self.parts) = (Self.cases, cases, parts) }

        func root(_ base: YAMLNode, item: Int) throws -> YAMLNode {
            guard path == Self.cases else {
                return try base.setting(path, to: items[item], shorthands: Manifest.shorthands)
            }
            return try items[item].entries().reduce(base) { root, entry in
                try root.setting(entry.name, to: entry.value, shorthands: Manifest.shorthands)
            }
        }
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
        if let cases = axes.first(where: { $0.path == Axis.cases }),
            let other = axes.first(where: { $0.path != Axis.cases && !$0.parts.isDisjoint(with: cases.parts) })
        {
            throw other.items[0].error("'\(other.path)' is varied here and by 'cases'", hint: "vary it in one of them")
        }
        if kind == .lottery, let axis = axes.first(where: { $0.parts.contains("agent") }) {
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

    /// The axis that sets several keys together; nil where there is none.
    var cases: Axis? { axes.first { $0.path == Axis.cases } }

    /// The keys at the top of the manifest that are varied.
    var parts: Set<String> { axes.reduce(into: []) { $0.formUnion($1.parts) } }

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
            try pair.0.root(root, item: pair.1)
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

    private static func part(of path: String) -> String { String(path.prefix { $0 != "." }) }

    private static func checkedPart(of path: String, at key: YAMLNode) throws -> String {
        let part = part(of: path)
        guard Manifest.cellKeys.contains(part) else {
            let known = Manifest.cellKeys + [Axis.cases]
            throw key.located(GymError.unknown(.badInput, "key to vary", part, among: known))
        }
        return part
    }

    /// The combinations that a manifest names one by one.
    private static func cases(_ node: YAMLNode) throws -> Axis {
        let items = try node.list()
        guard !items.isEmpty else { throw node.error("'cases' has none") }
        let parts = try items.flatMap { item in
            try item.entries().map { try checkedPart(of: $0.name, at: $0.key) }
        }
        guard !parts.isEmpty else { throw node.error("'cases' varies nothing") }
        return Axis(cases: items, parts: Set(parts))
    }

    /// Keys may be dotted, nested, or both.
    private static func axes(of node: YAMLNode, prefix: String) throws -> [Axis] {
        var axes: [Axis] = []
        for entry in try node.entries() {
            let path = prefix + entry.name
            if path == Axis.cases {
                axes.append(try cases(entry.value))
                continue
            }
            _ = try checkedPart(of: path, at: entry.key)
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
