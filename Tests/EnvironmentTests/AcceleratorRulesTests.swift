import Environments
import Gym
import Testing

/// What is wrong with a mapping, found from the definition by other means than the model's.
private enum Judge {
    static func code(_ mapping: Mapping, _ layer: Layer, _ architecture: Architecture) -> String? {
        var tile = [LoopDimension: Int]()
        for dimension in LoopDimension.allCases { tile[dimension] = 1 }
        var codes: Set<String> = []
        for (level, storage) in zip(mapping.levels, architecture.levels) {
            var (columns, rows) = (1, 1)
            for dimension in LoopDimension.allCases {
                columns *= level.spatialX[dimension]
                rows *= level.spatialY[dimension]
                let factor = level.temporal[dimension] * level.spatialX[dimension] * level.spatialY[dimension]
                tile[dimension, default: 1] *= factor
            }
            if columns > storage.meshX || rows > storage.meshY { codes.insert("mesh") }
            var sum = 0
            for operand in Operand.allCases where level.kept.contains(OperandSet(operand)) {
                if !storage.holds.contains(OperandSet(operand)) { codes.insert("holds") }
                let bits = words(operand, tile, layer) * architecture.widths[operand.rawValue]
                let words = (bits + architecture.wordBits - 1) / architecture.wordBits
                sum += words
                if let share = storage.share(of: operand), words > share { codes.insert("share") }
            }
            if let room = storage.words, sum > (storage.buffering == .double ? room / 2 : room) {
                codes.insert("capacity")
            }
        }
        if mapping.levels.last?.kept != .all { codes.insert("outermost") }
        for dimension in LoopDimension.allCases where tile[dimension] != layer.extents[dimension] {
            codes.insert("factors")
        }
        // The model reports the first that it meets; several can be there.
        return codes.isEmpty ? nil : codes.sorted().joined(separator: " ")
    }

    private static func words(_ operand: Operand, _ tile: [LoopDimension: Int], _ layer: Layer) -> Int {
        func of(_ dimensions: LoopDimension...) -> Int { dimensions.reduce(1) { $0 * (tile[$1] ?? 0) } }
        let height = (of(.p) - 1) * layer.strideHeight + (of(.r) - 1) * layer.dilation + 1
        let width = (of(.q) - 1) * layer.strideWidth + (of(.s) - 1) * layer.dilation + 1
        return switch operand {
        case .weights: of(.g, .k, .c, .r, .s)
        case .inputs: of(.n, .g, .c) * height * width
        case .outputs: of(.n, .g, .k, .p, .q)
        }
    }
}

@Suite("What can't be run is refused with its reason")
struct AcceleratorRulesTests {
    private static let divided = """
        name: divided
        word_bits: 8
        widths: [8, 8, 24]
        levels:
          - { name: dram, block: 4 }
          - { name: glb, words: 8192, block: 4, mesh: [8, 8], holds: IO, shares: [0, 2, 1], buffering: double }
          - { name: rf, words: 256 }
        """

    @Test("thousands of random mappings are judged as the rules say, hundreds of them invalid")
    func verdicts() throws {
        var seen: [String: Int] = [:]
        var (valid, count) = (0, 0)
        var architectures = ["small", "eyeriss", "lanes"].compactMap(Architecture.named)
        architectures.append(try Architecture(text: Self.divided, file: "divided"))
        for (name, layer) in [("resnet18", "layer2.0.conv1"), ("mobilenet-v1", "5"), ("bert-base-128", "4")] {
            let layer = try #require(Network.named(name)).layer(layer)
            for architecture in architectures {
                let model = MappingModel(layer, on: architecture)
                let space = MappingSpace(model)
                let actions = try space.space(default: Mapping(outermost: layer, on: architecture))
                var generator = Generator(seed: 8)
                for _ in 0..<200 {
                    var mapping = space.mapping(
                        of: try actions.sample(&generator), foldsOverflow: generator.chance(0.7))
                    Self.spoil(&mapping, &generator)
                    count += 1
                    let (found, wanted) = (model.report(mapping).flaw?.code, Judge.code(mapping, layer, architecture))
                    guard let found else {
                        valid += 1
                        #expect(wanted == nil, "\(architecture.name): \(wanted ?? "")")
                        continue
                    }
                    seen[found, default: 0] += 1
                    let codes = wanted?.split(separator: " ").map(String.init) ?? []
                    #expect(codes.contains(found), "\(architecture.name): \(found), not \(codes)")
                }
            }
        }
        print("validity: \(count) mappings, \(valid) valid, reasons \(seen.sorted { $0.key < $1.key })")
        #expect(valid >= 100 && count - valid >= 100)
        for code in ["factors", "mesh", "capacity", "share", "holds", "outermost"] {
            #expect(seen[code, default: 0] >= 10, "\(code) was hardly met")
        }
    }

    /// Breaks a rule now and then that a space's actions always keep.
    private static func spoil(_ mapping: inout Mapping, _ generator: inout Generator) {
        guard generator.chance(0.3) else { return }
        let level = generator.below(mapping.levels.count)
        switch generator.below(3) {
        case 0: mapping.levels[level].temporal[generator.below(8)] *= 3
        case 1: mapping.levels[level].kept = .all
        default: mapping.levels[mapping.levels.count - 1].kept.remove(OperandSet(.weights))
        }
    }
}
