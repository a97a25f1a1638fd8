import Files
import Gym

/// The notation of mappings. An example for the architecture `small` and a layer with K = 64, C = 64, P = Q = 56 and
/// R = S = 3:
///
/// ```yaml
/// levels:                   # in any order; each of the architecture's once
///   - { level: dram, keep: WIO, loops: P7 K4 }
///   - { level: glb, keep: IO, loops: C4 Q7, x: C16, y: K16 }
///   - { level: rf, keep: WIO, loops: P8 Q8 R3 S3 }
/// ```
///
/// `loops` are a level's temporal loops, the outermost first; `x` and `y` what is unrolled over the columns and rows of
/// the mesh below it; `keep` the operands that have a tile there, `-` for none. A letter with a number is a dimension
/// with its factor, and one that is left out has factor 1.
extension Mapping {
    private static let keys = ["level", "keep", "loops", "x", "y"]

    /// Reads a mapping from its file.
    ///
    /// - Throws: `GymError` (`bad-input`) with the place of what is wrong and a guess.
    package init(path: String, for architecture: Architecture) throws {
        try self.init(YAMLDocument.read(path), for: architecture)
    }

    /// Reads a mapping from text; `file` is what errors call it.
    package init(text: String, file: String, for architecture: Architecture) throws {
        try self.init(YAMLDocument.parse(text, file: file), for: architecture)
    }

    init(_ node: YAMLNode, for architecture: Architecture) throws {
        let list = try node.fields(["levels"]).required("levels", example: "levels: [{ level: dram, loops: K4 C4 }]")
        var levels = [LevelMapping?](repeating: nil, count: architecture.levels.count)
        for item in try list.list() {
            let fields = try item.fields(Mapping.keys)
            let nameNode = try fields.required("level", example: "level: dram")
            let name = try nameNode.text().lowercased()
            guard let place = architecture.levels.firstIndex(where: { $0.name == name }) else {
                throw nameNode.located(
                    GymError.unknown(.badInput, "level", name, among: architecture.levels.map(\.name)))
            }
            guard levels[place] == nil else { throw nameNode.error("the level '\(name)' is there twice") }
            levels[place] = try Mapping.level(fields, holds: architecture.levels[place].holds)
        }
        if let missing = levels.firstIndex(where: { $0 == nil }) {
            let name = architecture.levels[missing].name
            throw list.error(
                "nothing is said about the level '\(name)'", hint: "add { level: \(name) } for one without loops")
        }
        self.init(levels.compactMap(\.self))
    }

    private static func level(_ fields: YAMLFields, holds: OperandSet) throws -> LevelMapping {
        var level = LevelMapping(kept: try Architecture.operands(fields["keep"]) ?? holds)
        let loops = try factors(fields["loops"])
        // Written from the outside, kept from the inside; dimensions without a loop come behind.
        let inner = loops.reversed().map(\.dimension)
        let order = inner + LoopDimension.allCases.filter { !inner.contains($0) }
        for (place, dimension) in order.enumerated() { level.order[place] = UInt8(dimension.rawValue) }
        for (dimension, factor) in loops { level.temporal[dimension] = factor }
        for (dimension, factor) in try factors(fields["x"]) { level.spatialX[dimension] = factor }
        for (dimension, factor) in try factors(fields["y"]) { level.spatialY[dimension] = factor }
        return level
    }

    private static func factors(_ node: YAMLNode?) throws -> [(dimension: LoopDimension, factor: Int)] {
        guard let node else { return [] }
        var factors: [(dimension: LoopDimension, factor: Int)] = []
        for word in try node.text().split(separator: " ") {
            guard let letter = word.first, let dimension = LoopDimension(letter: letter),
                let factor = Int(word.dropFirst()), (1...(1 << 31)).contains(factor)
            else {
                throw node.error(
                    "'\(word)' is no factor of a dimension",
                    hint: "write a letter of N G K C P Q R S and a number, such as K16")
            }
            guard !factors.contains(where: { $0.dimension == dimension }) else {
                throw node.error("\(dimension.letter) is there twice", hint: "multiply its factors")
            }
            factors.append((dimension, factor))
        }
        return factors
    }

    /// The notation, a line per level with the outermost first.
    package func text(on architecture: Architecture) -> String {
        let lines = zip(architecture.levels, levels).reversed().map { storage, level in
            var entries = ["level: \(storage.name)", "keep: \(level.kept.letters == "-" ? "'-'" : level.kept.letters)"]
            let order = (0..<8).reversed().map { LoopDimension.allCases[Int(level.order[$0])] }
            for (key, factors, dimensions) in [
                ("loops", level.temporal, order), ("x", level.spatialX, LoopDimension.allCases),
                ("y", level.spatialY, LoopDimension.allCases),
            ] {
                let words = dimensions.filter { factors[$0] > 1 }.map { "\($0.letter)\(factors[$0])" }
                if !words.isEmpty { entries.append("\(key): \(words.joined(separator: " "))") }
            }
            return "  - { \(entries.joined(separator: ", ")) }"
        }
        return "levels:\n" + lines.joined(separator: "\n") + "\n"
    }
}
