public import Files
import Gym

/// Reads manifests: what a study is to do, in YAML, into the plan of its trials.
public enum Manifest {
    /// Every key at the top of a manifest.
    public static let keys = cellKeys + ["study", "kind", "seeds", "sweep", "lottery", "workers"]
    /// The keys that a sweep may vary.
    static let cellKeys = [
        "environment", "agent", "objective", "constraints", "budget", "batch", "timeout", "record", "repeat", "warm",
        "transfer", "start",
    ]
    /// Slots that step together where the manifest does not say; results depend on it.
    public static let defaultBatch = 16
    /// Seconds that one evaluation may take where the manifest does not say.
    public static let defaultTimeout: Double? = 300
    /// The most trials of a plan.
    public static let trialLimit = 100_000

    static let shorthands = ["agent": "name", "environment": "id", "budget": "samples"]

    /// Reads a manifest's file, `sets` (`key=value`) applied in order.
    ///
    /// - Throws: `GymError` that points at line and column of what is wrong, or at the `--set` that is.
    public static func plan(_ path: String, sets: [String] = [], catalogs: Catalogs) throws -> Plan {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[..<$0]) } ?? ""
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
        return try plan(
            YAMLDocument.read(path), folder: slash == path.startIndex ? "/" : folder, defaultName: stem, sets: sets,
            catalogs: catalogs)
    }

    /// Reads a manifest's nodes; workload paths begin at `folder`, `defaultName` is the study's where none is given.
    public static func plan(
        _ root: YAMLNode, folder: String, defaultName: String, sets: [String] = [], catalogs: Catalogs
    ) throws -> Plan {
        let root = try sets.reduce(root) { try $0.applying(set: $1, shorthands: shorthands) }
        let fields = try root.fields(keys)
        let study = try studyName(fields["study"], defaultName: defaultName)
        let word = try fields["kind"]?.choice(of: Plan.Kind.allCases.map(\.rawValue)) ?? "run"
        let kind = Plan.Kind(rawValue: word) ?? .run
        let seeds = try fields["seeds"].map(self.seeds) ?? [1]
        let sweep = try Sweep(fields, kind: kind)
        let lottery = try lottery(fields, kind: kind, catalogs: catalogs)
        let draws = lottery?.configurations.count ?? 1
        guard sweep.cellCount <= trialLimit / seeds.count / draws else {
            throw (fields["sweep"] ?? fields["lottery"] ?? root).error(
                "the study has more than \(Figures.count(trialLimit)) trials", hint: "split it into several studies")
        }
        let reader = CellReader(catalogs: catalogs, instances: Instances(folder: folder))
        let cells = try (0..<sweep.cellCount).flatMap { index in
            let root = try sweep.root(root, cell: index)
            guard let lottery else { return [try reader.cell(root)] }
            let base = try reader.cell(root, of: lottery.contenders[0])
            return lottery.configurations.map { contender, number in
                base.with(
                    contender.agent, contender.configurations[number],
                    draw: Draw(contender: contender.name, number: number))
            }
        }
        guard !cells.contains(where: { ($0.warm + $0.transfer).contains(study) }) else {
            let node = fields["warm"] ?? fields["transfer"] ?? root
            throw node.error("the study '\(study)' can't begin with its own samples")
        }
        let resolved = ResolvedManifest(
            study: study, kind: kind, seeds: seeds, root: root, sweep: sweep, lottery: lottery, cells: cells)
        return Plan(
            study: study, kind: kind, cells: cells, names: CellNames(cells, sweptParts: sweep.parts).names,
            seeds: seeds, workers: try fields["workers"]?.integer(in: 1...4_096), resolved: resolved.text)
    }

    private static func lottery(_ fields: YAMLFields, kind: Plan.Kind, catalogs: Catalogs) throws -> Lottery? {
        guard kind == .lottery else {
            guard let node = fields["lottery"] else { return nil }
            throw node.error("'lottery' stands in a manifest that is no lottery", hint: "add kind: lottery")
        }
        if let node = fields["agent"] {
            throw node.error(
                "the agents of a lottery stand under 'lottery'", hint: "add lottery: { draws: 60, agents: [genetic] }")
        }
        let node = try fields.required("lottery", example: "lottery: { draws: 60, agents: [genetic, annealing] }")
        return try LotteryReader(agents: catalogs.agents).lottery(node)
    }

    static func studyName(_ node: YAMLNode?, defaultName: String) throws -> String {
        let name = try node?.text() ?? defaultName
        let letters = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard letters, (1...64).contains(name.utf8.count), !"-.".contains(name.prefix(1)) else {
            let hint = "a name has at most 64 letters, digits, '-', '_' and '.', and begins with a letter or digit"
            let message = "'\(name)' can't be a study's name"
            guard let node else { throw GymError(.badInput, message, hint: "add study: NAME\n" + hint) }
            throw node.error(message, hint: hint)
        }
        return name
    }

    private static func seeds(_ node: YAMLNode) throws -> [UInt64] {
        if node.isScalar { return (1...UInt64(try node.integer(in: 1...10_000))).map(\.self) }
        var seen: Set<UInt64> = []
        let seeds = try node.list().map { item in
            let seed = UInt64(try item.integer(in: 0...Int.max))
            guard seen.insert(seed).inserted else { throw item.error("the seed \(seed) is there twice") }
            return seed
        }
        guard (1...10_000).contains(seeds.count) else {
            throw node.error("'seeds' has \(Figures.count(seeds.count)) seeds, it takes 1 … 10,000")
        }
        return seeds
    }
}
