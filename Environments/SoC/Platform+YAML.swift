import Files
import Gym

/// The notation of platforms. An example:
///
/// ```yaml
/// name: duo
/// clusters:
///   - name: A15
///     kind: big                      # or little, accelerator, other, memory
///     count: 2
///     voltages: { 1000: 1000, 2000: 1362 }                   # MHz: mV, rising
///     power: { 1000: [0.85, 1.3], 2000: [3.32, 5.05] }       # MHz: W with 1, 2, … elements busy
///     governor: ondemand             # or performance, powersave, constant-1000
///     trips: [1600, 1000, none]      # MHz beyond 85, 90 and 95 °C
///     times: { filter: 30 }          # us of tasks that take another time here than their application says
///   - { name: memory, kind: memory }
/// bandwidth:
///   same: 10000                      # of an element with itself
///   default: 1                       # between clusters that are not named
///   links: [[A15, A15, 1000], [A15, memory, 100]]
/// ```
extension Platform {
    private static let clusterKeys = [
        "name", "kind", "count", "voltages", "power", "governor", "trips", "times",
    ]
    /// The most elements of a platform.
    static let elementLimit = 1_024
    private static let bandwidthRange = 1e-6...1e12

    /// Reads a platform from its file.
    ///
    /// - Throws: `GymError` (`bad-input`) with the place of what is wrong and a guess.
    package init(path: String) throws { try self.init(YAMLDocument.read(path)) }

    /// Reads a platform from text; `file` is what errors call it.
    package init(text: String, file: String) throws { try self.init(YAMLDocument.parse(text, file: file)) }

    private init(_ node: YAMLNode) throws {
        let fields = try node.fields(["name", "clusters", "bandwidth"])
        let list = try fields.required("clusters", example: "clusters: [{ name: A7, kind: little, count: 4 }]")
        let clusters = try list.list().map(Platform.cluster)
        guard Set(clusters.map(\.name)).count == clusters.count else { throw list.error("two clusters have one name") }
        let elements = clusters.filter { $0.kind != .memory }.reduce(0) { $0 + $1.count }
        guard (1...Platform.elementLimit).contains(elements) else {
            throw list.error("there are \(elements) elements; 1 … \(Platform.elementLimit) are possible")
        }
        if let place = clusters.firstIndex(where: { $0.kind == .memory }), place != clusters.count - 1 {
            throw list.error("the memory '\(clusters[place].name)' is not the last cluster")
        }
        let bandwidth = try fields["bandwidth"]?.fields(["same", "default", "links"])
        let usual = try bandwidth?["default"]?.number(in: Platform.bandwidthRange) ?? 1
        var table = [[Double]](
            repeating: [Double](repeating: usual, count: clusters.count), count: clusters.count)
        for link in try bandwidth?["links"]?.list() ?? [] {
            let parts = try link.list()
            guard parts.count == 3 else { throw link.error("a link is not [cluster, cluster, bandwidth]") }
            let ends = try parts.prefix(2).map { end in
                let name = try end.text()
                guard let place = clusters.firstIndex(where: { $0.name == name }) else {
                    throw end.located(GymError.unknown(.badInput, "cluster", name, among: clusters.map(\.name)))
                }
                return place
            }
            let value = try parts[2].number(in: Platform.bandwidthRange)
            (table[ends[0]][ends[1]], table[ends[1]][ends[0]]) = (value, value)
        }
        self.init(
            name: try fields["name"]?.text() ?? "platform", clusters: clusters, bandwidths: table,
            sameBandwidth: try bandwidth?["same"]?.number(in: Platform.bandwidthRange) ?? 10_000)
    }

    private static func cluster(_ node: YAMLNode) throws -> Cluster {
        let fields = try node.fields(clusterKeys)
        let label = try fields.required("name", example: "name: A7")
        let name = try label.text()
        guard name.firstMatch(of: /^[A-Za-z][A-Za-z0-9]*$/) != nil, name.count <= 24 else {
            throw label.error("a cluster is called '\(name)'", hint: "use up to 24 letters and digits")
        }
        let word = try fields["kind"]?.choice(of: Kind.allCases.map(\.rawValue)) ?? "other"
        let kind = Kind(rawValue: word) ?? .other
        let count = try fields["count"]?.integer(in: 1...elementLimit) ?? 1
        if kind == .memory {
            return Cluster(name: name, kind: kind, count: 1, points: [], power: [], trips: [], times: [:])
        }
        let points = try numbered(fields.required("voltages", example: "voltages: { 1000: 900 }")) { value in
            try value.number(in: 1...10_000) / 1_000
        }.map { OperatingPoint(frequency: $0, voltage: $1) }
        let powerNode = try fields.required("power", example: "power: { 1000: [0.1, 0.2] }")
        let power = try numbered(powerNode) { try $0.list().map { try $0.number(in: 0...10_000) } }
        guard power.allSatisfy({ !$0.1.isEmpty }) else { throw powerNode.error("a frequency has no watts") }
        let top = points.last?.frequency ?? 0
        guard power.last?.0 ?? 0 >= top else {
            throw powerNode.error("the power of '\(name)' ends below its highest frequency, \(top) MHz")
        }
        if let stray = power.first(where: { level in !points.contains { $0.frequency == level.0 } }) {
            throw powerNode.error("'\(name)' has power at \(stray.0) MHz, which is none of its frequencies")
        }
        return Cluster(
            name: name, kind: kind, count: count, points: points,
            power: power.map { PowerLevel(frequency: $0, watts: $1) }, trips: try trips(fields["trips"], points),
            times: try times(fields["times"]), governor: try governor(fields["governor"], points) ?? .performance)
    }

    /// Entries whose keys are frequencies in MHz, which must rise.
    private static func numbered<Item>(
        _ node: YAMLNode, _ read: (YAMLNode) throws -> Item
    ) throws -> [(Int, Item)] {
        var result: [(Int, Item)] = []
        for entry in try node.entries() {
            guard let frequency = Int(entry.name), (1...100_000).contains(frequency) else {
                throw entry.key.error("'\(entry.name)' is no frequency in MHz")
            }
            guard frequency > result.last?.0 ?? 0 else { throw entry.key.error("the frequencies do not rise") }
            result.append((frequency, try read(entry.value)))
        }
        guard !result.isEmpty else { throw node.error("'\(node.name)' has no frequencies") }
        return result
    }

    private static func trips(_ node: YAMLNode?, _ points: [OperatingPoint]) throws -> [Int?] {
        guard let node else { return [] }
        let items = try node.list()
        guard items.count <= 3 else { throw node.error("there are three trip points: 85, 90 and 95 °C") }
        return try items.map { item in
            if try item.text() == "none" { return nil }
            let frequency = try item.integer(in: 1...100_000)
            guard points.contains(where: { $0.frequency == frequency }) else {
                throw item.error("the cluster has no \(frequency) MHz")
            }
            return frequency
        }
    }

    private static func times(_ node: YAMLNode?) throws -> [String: Double] {
        let entries = try node?.entries().map { ($0.name, try $0.value.number(in: 0...1e9)) } ?? []
        return Dictionary(entries) { first, _ in first }
    }

    private static func governor(_ node: YAMLNode?, _ points: [OperatingPoint]) throws -> Governor? {
        guard let node else { return nil }
        let text = try node.text()
        guard let governor = Governor(text) else {
            throw node.error("no governor named '\(text)'", hint: "performance, powersave, ondemand, constant-MHZ")
        }
        if case .constant(let frequency) = governor, !points.contains(where: { $0.frequency == frequency }) {
            throw node.error("the cluster has no \(frequency) MHz")
        }
        return governor
    }
}
