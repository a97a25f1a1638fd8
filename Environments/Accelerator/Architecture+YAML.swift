import Files
import Gym

/// The notation of architectures. An example, which is the built-in `small`:
///
/// ```yaml
/// name: small
/// technology: 45nm          # or 32nm, 28nm, 22nm, 16nm, normalised
/// word_bits: 16
/// clock_mhz: 1000
/// levels:                   # the outermost first
///   - { name: dram, memory: LPDDR4, block: 4, read_bandwidth: 8, write_bandwidth: 8 }
///   - { name: glb, words: 65536, block: 4, read_bandwidth: 32, write_bandwidth: 32, mesh: [16, 16] }
///   - { name: rf, words: 256 }
/// ```
///
/// A level's other keys: `read_energy` and `write_energy` in pJ a block, `area` in mm² and `leakage` in mW of an
/// instance, which the technology gives where they are left out (leakage is then 0); `holds: IO` for a level that can't
/// keep every operand; `multicast: no` and `reduction: no` for a mesh without them; `hop_energy` in pJ of a bit from
/// one node of the mesh to the next; `buffering: double` for a level of which tiles can take half, `single` for one
/// that stops the multipliers while it is filled; `shares: [1, 2, 1]` for one that is divided between W, I and O.
/// Beside `word_bits` stand `mac_energy` in pJ, `widths: [8, 8, 32]` for the bits of W, I and O where they differ, and
/// `first_fill: yes` for layers that wait for their first tiles.
extension Architecture {
    private static let keys = [
        "name", "technology", "word_bits", "clock_mhz", "mac_energy", "widths", "first_fill", "levels",
    ]
    private static let levelKeys = [
        "name", "words", "memory", "block", "read_bandwidth", "write_bandwidth", "read_energy", "write_energy", "area",
        "leakage", "mesh", "holds", "multicast", "reduction", "buffering", "shares", "hop_energy",
    ]
    /// The most words, multipliers and instances of anything.
    private static let countRange = 1...(1 << 31)

    /// Reads an architecture from its file.
    ///
    /// - Throws: `GymError` (`bad-input`) with the place of what is wrong and a guess.
    package init(path: String) throws { try self.init(YAMLDocument.read(path)) }

    /// Reads an architecture from text; `file` is what errors call it.
    package init(text: String, file: String) throws { try self.init(YAMLDocument.parse(text, file: file)) }

    init(_ node: YAMLNode) throws {
        let fields = try node.fields(Architecture.keys)
        let word = try fields["technology"]?.choice(of: Technology.allCases.map(\.rawValue))
        let technology = word.flatMap(Technology.init) ?? .normalised
        let bits = try fields["word_bits"]?.integer(in: 1...128) ?? 16
        let list = try fields.required("levels", example: "levels: [{ name: dram }, { name: buffer, words: 1024 }]")
        let items = try list.list()
        guard (1...Architecture.levelLimit).contains(items.count) else {
            throw list.error("there are \(items.count) levels; 1 … \(Architecture.levelLimit) are possible")
        }
        let levels = try items.enumerated().map { place, item in
            try Architecture.level(item, technology: technology, wordBits: bits, isOutermost: place == 0)
        }
        guard Set(levels.map(\.name)).count == levels.count else { throw list.error("two levels have one name") }
        let widths = try Architecture.three(fields["widths"], in: 1...128, "widths", "operands")
        let (weights, inputs) = (widths?[0] ?? bits, widths?[1] ?? bits)
        self.init(
            try fields["name"]?.text() ?? "architecture", levels: levels.reversed(), wordBits: bits,
            clock: try fields["clock_mhz"]?.number(in: 1...100_000) ?? 1_000,
            macEnergy: try fields["mac_energy"]?.number(in: 0...1e9) ?? technology.macEnergy(bits: weights, by: inputs),
            macArea: technology.macArea(bits: weights, by: inputs), technology: technology, widths: widths,
            startsEmpty: try Architecture.flag(fields["first_fill"]) ?? false)
        let multipliers = levels.reduce(1.0) { $0 * Double($1.meshX) * Double($1.meshY) }
        guard multipliers <= Double(Architecture.countRange.upperBound) else {
            throw list.error("the meshes have \(Value.format(multipliers)) multipliers, more than 2^31")
        }
    }

    private static func level(
        _ node: YAMLNode, technology: Technology, wordBits: Int, isOutermost: Bool
    ) throws -> StorageLevel {
        let fields = try node.fields(levelKeys)
        let nameNode = try fields.required("name", example: "name: dram")
        let name = try nameNode.text().lowercased()
        guard name.firstMatch(of: /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/) != nil, name.count <= 40 else {
            throw nameNode.error("a level is called '\(name)'", hint: "use letters, digits and single '_'")
        }
        let words = try fields["words"]?.integer(in: countRange)
        if words == nil, !isOutermost {
            throw node.error("the level '\(name)' has no 'words'", hint: "only the outermost level has no limit")
        }
        let block = try fields["block"]?.integer(in: 1...4_096) ?? 1
        let memory = try self.memory(fields, technology, rows: words.map { max(1, $0 / block) }, bits: wordBits * block)
        let mesh = try fields["mesh"]?.list().map { try $0.integer(in: 1...65_536) } ?? [1, 1]
        guard mesh.count == 2 else { throw node.error("the mesh of '\(name)' is not [columns, rows]") }
        return StorageLevel(
            name, words: words, block: block,
            readBandwidth: try fields["read_bandwidth"]?.number(in: 1e-6...1e9) ?? .infinity,
            writeBandwidth: try fields["write_bandwidth"]?.number(in: 1e-6...1e9) ?? .infinity,
            readEnergy: try fields["read_energy"]?.number(in: 0...1e12) ?? memory.read,
            writeEnergy: try fields["write_energy"]?.number(in: 0...1e12) ?? memory.write,
            area: try fields["area"]?.number(in: 0...1e9) ?? memory.area,
            leakage: try fields["leakage"]?.number(in: 0...1e9) ?? 0, mesh: (mesh[0], mesh[1]),
            multicasts: try flag(fields["multicast"]) ?? true, reduces: try flag(fields["reduction"]) ?? true,
            holds: try operands(fields["holds"]) ?? .all,
            buffering: try fields["buffering"].flatMap { node in
                StorageLevel.Buffering(rawValue: try node.choice(of: StorageLevel.Buffering.allCases.map(\.rawValue)))
            } ?? .ideal, shares: try three(fields["shares"], in: 0...1_000, "shares", "the words of '\(name)'"),
            hopEnergy: try fields["hop_energy"]?.number(in: 0...1e6) ?? 0)
    }

    /// A number each for W, I and O; nil where there is no such key.
    private static func three(
        _ node: YAMLNode?, in range: ClosedRange<Int>, _ key: String, _ what: String
    ) throws -> SIMD3<Int>? {
        guard let node else { return nil }
        let numbers = try node.list().map { try $0.integer(in: range) }
        guard numbers.count == 3, numbers.contains(where: { $0 > 0 }) else {
            throw node.error("the \(key) of \(what) are not three numbers, of W, I and O")
        }
        return SIMD3(numbers[0], numbers[1], numbers[2])
    }

    /// What an access to a level costs by its technology.
    private static func memory(
        _ fields: YAMLFields, _ technology: Technology, rows: Int?, bits: Int
    ) throws -> Technology.Memory {
        let word = try fields["memory"]?.choice(of: MainMemory.allCases.map(\.rawValue) + ["SRAM"])
        if let main = word.flatMap(MainMemory.init) {
            let energy = main.energyPerBit * Double(bits)
            return Technology.Memory(read: energy, write: energy, area: 0)
        }
        if let rows { return technology.memory(rows: rows, bits: bits) }
        // 200 MACs a 16-bit word, or LPDDR4.
        let energy = (technology == .normalised ? 12.5 : MainMemory.lpddr4.energyPerBit) * Double(bits)
        return Technology.Memory(read: energy, write: energy, area: 0)
    }

    private static func flag(_ node: YAMLNode?) throws -> Bool? {
        guard let node else { return nil }
        return ["yes", "true"].contains(try node.choice(of: ["yes", "no", "true", "false"]))
    }

    static func operands(_ node: YAMLNode?) throws -> OperandSet? {
        guard let node else { return nil }
        let letters = try node.text()
        guard let set = OperandSet(letters: letters) else {
            throw node.error(
                "'\(letters)' names no operands", hint: "W for weights, I for inputs, O for outputs, - for none")
        }
        return set
    }
}
