import Learning
import Testing

@Suite("Trees written out")
struct WrittenTreesTests {
    private static let axes: [RandomForest.Axis] = [.number, .choice(5), .number, .choice(70)]

    /// Designs with whole numbers, choices and none of a choice.
    private static func designs(_ count: Int, seed: UInt64) -> [[Double]] {
        var generator = Mixer(seed: seed)
        return (0..<count).map { _ in
            [
                Double(Int.random(in: 0..<9, using: &generator)), Double(Int.random(in: -1..<5, using: &generator)),
                Double(Int.random(in: 0..<100, using: &generator)) / 7,
                Double(Int.random(in: -1..<70, using: &generator)),
            ]
        }
    }

    private static func target(_ design: [Double]) -> Double {
        design[0] * (design[1] == 2 ? 3 : 1) + design[2] + (Int(design[3]) % 3 == 0 ? 5 : 0)
    }

    /// What the trees come to, walked from their roots.
    private static func sum(_ trees: WrittenTrees, at design: [Double]) -> Double {
        trees.roots.reduce(0.0) { sum, root in
            var place = root
            while true {
                switch trees.nodes[place] {
                case .number(let axis, let limit, let left): place = design[axis] <= limit ? left : left + 1
                case .choice(let axis, let among, let left):
                    place = among.contains(Int(design[axis])) ? left : left + 1
                case .leaf(let value): return sum + value
                }
            }
        }
    }

    @Test("they say what the boosted trees say")
    func boosted() {
        let designs = Self.designs(300, seed: 1)
        var (rules, generator) = (BoostedTrees.Rules(), Mixer(seed: 2))
        rules.trees = 40
        let trees = BoostedTrees(
            Self.axes, designs: designs, targets: designs.map(Self.target), rules: rules, using: &generator)
        for design in Self.designs(200, seed: 3) {
            let told = trees.start + Self.sum(trees.written, at: design)
            #expect(abs(told - trees.prediction(at: design)) < 1e-9)
        }
        #expect(trees.written.roots.count == 40)
    }

    @Test("over dozens of real numbers, where masks would be large, they say what the boosted trees say")
    func wide() {
        var mixer = Mixer(seed: 4)
        let designs = (0..<300).map { _ in (0..<30).map { _ in Double.random(in: 0..<1, using: &mixer) } }
        var rules = BoostedTrees.Rules()
        (rules.trees, rules.leaves) = (600, 4)
        let trees = BoostedTrees(
            [RandomForest.Axis](repeating: .number, count: 30), designs: designs,
            targets: designs.map { $0[3] + $0[7] * $0[9] }, rules: rules, using: &mixer)
        let told = trees.predictions(designs)
        for (design, value) in zip(designs, told).prefix(100) {
            #expect(abs(trees.start + Self.sum(trees.written, at: design) - value) < 1e-9)
            #expect(trees.prediction(at: design) == value)
        }
    }

    @Test("they say what the forest says, whatever the number of choices")
    func forest() {
        let designs = Self.designs(300, seed: 1)
        var generator = Mixer(seed: 2)
        let forest = RandomForest(Self.axes, designs: designs, targets: designs.map(Self.target), using: &generator)
        for design in Self.designs(200, seed: 3) {
            #expect(abs(Self.sum(forest.written, at: design) - forest.prediction(at: design).mean) < 1e-9)
        }
    }
}
