import Foundation

/// How the size and speed of a circuit are measured: by lookup tables, by cells, or by the graph itself.
struct MappingBackend: Sendable, Hashable {
    /// What a circuit is mapped to.
    enum Kind: Sendable, Hashable {
        case lookupTables(inputs: Int)
        case cells(CellLibrary)
        /// Nothing: ANDs and levels are what counts.
        case graph
    }

    let kind: Kind
    /// Weighs a cell's delay by its inputs to this power (`map -B`); nil without.
    var bias: Double?
    /// The time that mapping may use up (`map -D`); nil for the least possible.
    var required: Double?

    init(_ kind: Kind) { self.kind = kind }

    /// The library that has to be read first.
    var library: CellLibrary? {
        if case .cells(let library) = kind { library } else { nil }
    }

    /// What names the results.
    var key: String {
        switch kind {
        case .lookupTables(let inputs): "lut\(inputs)"
        case .cells(let library): ([library.key] + mapping.dropFirst()).joined(separator: " ")
        case .graph: "graph"
        }
    }

    private var mapping: [String] {
        ["map"] + (bias.map { ["-B \(Self.plain($0))"] } ?? []) + (required.map { ["-D \(Self.plain($0))"] } ?? [])
    }

    /// The commands that map the current network and print what became of it.
    var commands: [String] {
        switch kind {
        case .lookupTables(let inputs): ["if -K \(inputs)", "print_stats"]
        case .cells(let library):
            [mapping.joined(separator: " ")] + (library.isLiberty ? ["topo", "stime"] : ["print_stats"])
        case .graph: []
        }
    }

    /// Size, speed and a third number from what the commands printed; nil where it is not there.
    func size(_ reply: String) -> MappedSize? {
        switch kind {
        case .lookupTables:
            guard let line = ABCPrint(reply), let nodes = line.number("nd"), let edges = line.number("edge"),
                let levels = line.number("lev")
            else { return nil }
            return MappedSize(size: nodes, delay: levels, detail: edges)
        case .cells(let library) where library.isLiberty:
            guard let line = ABCPrint(reply, with: "Area ="), let area = line.number("Area"),
                let delay = line.number("Delay"), let gates = line.number("Gates")
            else { return nil }
            return MappedSize(size: area, delay: delay, detail: gates)
        case .cells:
            guard let line = ABCPrint(reply), let area = line.number("area"), let delay = line.number("delay"),
                let gates = line.number("nd")
            else { return nil }
            return MappedSize(size: area, delay: delay, detail: gates)
        case .graph: return nil
        }
    }

    /// A number without an exponent, which ABC would misread.
    private static func plain(_ number: Double) -> String { String(format: "%.6f", number) }
}

/// What a circuit takes when it is mapped.
public struct MappedSize: Sendable, Hashable {
    /// Lookup tables, or area.
    public let size: Double
    /// Levels of lookup tables, or delay.
    public let delay: Double
    /// Connections between lookup tables, or how many cells there are.
    public let detail: Double
}
