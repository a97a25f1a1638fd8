import Foundation
import Learning
import Testing

@Suite("Boosted trees")
struct BoostedTreesTests {
    private static let axes: [RandomForest.Axis] = [.number, .choice(5), .number, .choice(3)]

    /// Designs of two numbers and two choices, some without one, with targets in which all but the last take part.
    private static func sample(_ count: Int, seed: UInt32) -> (designs: [[Double]], targets: [Double]) {
        var draw = Draw(seed)
        let designs = (0..<count).map { _ in
            [Double(draw.below(7)) / 7, Double(draw.below(6) - 1), draw.unit(), Double(draw.below(3))]
        }
        let targets = designs.map { design in
            [2.0, 0, 3, -1, 0.5, 1][Int(design[1]) + 1] + 4 * (design[0] - 0.4) * (design[0] - 0.4)
                + (design[2] > 0.7 ? design[0] : 0)
        }
        return (designs, targets)
    }

    private static func grown(
        _ designs: [[Double]], _ targets: [Double], loss: BoostedTrees.Loss = .square,
        _ change: (inout BoostedTrees.Rules) -> Void = { _ in }, state: UInt64 = 5
    ) -> BoostedTrees {
        var source = Mixer(seed: state)
        var rules = BoostedTrees.Rules()
        change(&rules)
        return BoostedTrees(axes, designs: designs, targets: targets, loss: loss, rules: rules, using: &source)
    }

    private static func error(_ targets: [Double]) -> Double {
        let mean = targets.reduce(0, +) / Double(max(1, targets.count))
        return targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }

    private static func error(_ trees: BoostedTrees, _ designs: [[Double]], _ targets: [Double]) -> Double {
        zip(trees.predictions(designs), targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            / Double(targets.count)
    }

    /// The least squared error that any one split leaves, among all thresholds and all subsets of choices.
    private static func leastError(_ designs: [[Double]], _ targets: [Double], minLeaf: Int) -> Double {
        var least = error(targets)
        func attempt(_ isLeft: (Int) -> Bool) {
            let left = targets.indices.filter(isLeft).map { targets[$0] }
            let right = targets.indices.filter { !isLeft($0) }.map { targets[$0] }
            if min(left.count, right.count) >= minLeaf { least = min(least, error(left) + error(right)) }
        }
        for (place, axis) in axes.enumerated() {
            switch axis {
            case .number: for cut in Set(designs.map { $0[place] }) { attempt { designs[$0][place] <= cut } }
            case .choice(let count):
                for subset in 0..<(1 << (count + 1)) { attempt { subset >> (Int(designs[$0][place]) + 1) & 1 == 1 } }
            }
        }
        return least
    }

    @Test("the first split leaves the least error of all there are", arguments: 1...12, [1, 3])
    func bruteForce(seed: UInt32, minLeaf: Int) {
        let (designs, targets) = Self.sample(24, seed: seed)
        let stump = Self.grown(designs, targets) {
            ($0.trees, $0.rate, $0.leaves, $0.minLeaf, $0.penalty) = (1, 1, 2, minLeaf, 0)
            ($0.smoothing, $0.rows, $0.axes) = (0, 1, 1)
        }
        let left = 24 * Self.error(stump, designs, targets)
        let least = Self.leastError(designs, targets, minLeaf: minLeaf)
        #expect(abs(left - least) < 1e-9, "\(left) where \(least) is possible")
    }

    @Test("enough trees know every target, and of new designs far more than the mean", arguments: [4, 16, 32, 64])
    func learning(leaves: Int) {
        let (designs, targets) = Self.sample(600, seed: 3)
        let trees = Self.grown(designs, targets) { ($0.leaves, $0.minLeaf, $0.rate, $0.penalty) = (leaves, 1, 0.1, 0) }
        let (fresh, truth) = Self.sample(300, seed: 4)
        #expect(Self.error(trees, designs, targets) < 1e-3)
        #expect(Self.error(trees, fresh, truth) < 0.01 * Self.error(truth) / 300)
    }

    @Test("a batch has the bits of its designs one by one, however many trees and designs", arguments: [1, 7, 8, 601])
    func batch(count: Int) {
        let (designs, targets) = Self.sample(120, seed: 5)
        let trees = Self.grown(designs, targets) { $0.trees = count }
        #expect(trees.count == count)
        let fresh = Self.sample(77, seed: 6).designs + [[-9, 99, 1e300, -1], [.infinity, -7, -.infinity, 2.5]]
        let together = trees.predictions(fresh)
        #expect(together == fresh.map(trees.prediction))
        #expect(together.allSatisfy(\.isFinite) && trees.predictions([]).isEmpty)
    }

    /// What a file holds of trees, to be walked by hand.
    private struct Written: Codable {
        var axes: [Int], edges: [[Double]], start: Double, axis: [Int], left: [Int], cut: [Int], value: [Double]
        var roots: [Int], subsets: [[Int]], gains: [Double], loss: String

        func sum(at design: [Double]) -> Double {
            roots.reduce(start) { sum, root in
                var place = root
                while axis[place] >= 0 {
                    let own = axis[place]
                    let goesLeft =
                        axes[own] == 0
                        ? design[own] <= (cut[place] < edges[own].count ? edges[own][cut[place]] : .infinity)
                        : subsets[cut[place]].contains(Int(design[own]) + 1)
                    place = left[place] + (goesLeft ? 0 : 1)
                }
                return sum + value[place]
            }
        }
    }

    @Test("asked all at once the trees say what a walk down each of them says, and a file keeps their bits")
    func walk() throws {
        let (designs, targets) = Self.sample(300, seed: 7)
        let trees = Self.grown(designs, targets) { $0.trees = 90 }
        let data = try JSONEncoder().encode(trees)
        let written = try JSONDecoder().decode(Written.self, from: data)
        let read = try JSONDecoder().decode(BoostedTrees.self, from: data)
        let fresh = Self.sample(200, seed: 8).designs
        for (design, prediction) in zip(fresh, trees.predictions(fresh)) {
            #expect(abs(written.sum(at: design) - prediction) < 1e-12)
            #expect(read.prediction(at: design) == prediction)
        }
        #expect(read.gains == trees.gains && read.count == 90)
    }

    @Test(
        "parts that are no trees are refused",
        arguments: ["cycle", "shared", "axis", "bin", "subset", "edges", "short", "leaves", "value", "gains"])
    func flaws(flaw: String) throws {
        let (designs, targets) = Self.sample(100, seed: 9)
        let trees = Self.grown(designs, targets) { $0.trees = 3 }
        var written = try JSONDecoder().decode(Written.self, from: JSONEncoder().encode(trees))
        let number = try #require(written.axis.indices.first { written.axis[$0] == 0 || written.axis[$0] == 2 })
        let choice = try #require(written.axis.indices.first { written.axis[$0] == 1 })
        let leaf = try #require(written.axis.indices.first { written.axis[$0] < 0 })
        switch flaw {
        case "cycle": written.left[number] = number - 1
        case "shared": written.roots.append(written.roots[0])
        case "axis": written.axis[number] = 4
        case "bin": written.cut[number] = 9_999
        case "subset": written.cut[choice] = written.subsets.count
        case "edges": written.edges[0].reverse()
        case "short": written.left.removeLast()
        case "value": written.value[leaf] = 1e308 * 10
        case "gains": written.gains.removeLast()
        default:
            // A chain of 65 splits.
            (written.axis, written.left) = ((0..<131).map { $0 % 2 == 0 && $0 < 130 ? 0 : -1 }, [])
            written.left = (0..<131).map { $0 % 2 == 0 ? $0 + 1 : 0 }
            (written.cut, written.value) = ([Int](repeating: 0, count: 131), [Double](repeating: 0, count: 131))
            for place in stride(from: 2, to: 130, by: 2) { written.left[place - 2] = place - 1 }
            written.roots = [0]
        }
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let data = try encoder.encode(written)
        #expect(throws: DecodingError.self) {
            let decoder = JSONDecoder()
            decoder.nonConformingFloatDecodingStrategy = .convertFromString(
                positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
            _ = try decoder.decode(BoostedTrees.self, from: data)
        }
    }

    @Test("the logistic loss gives odds that are as good as they say")
    func odds() {
        var draw = Draw(10)
        let designs = Self.sample(2_000, seed: 11).designs
        let chances = designs.map { 1 / (1 + exp(-(4 * $0[0] - 2 + ($0[1] == 2 ? 1.5 : -0.5)))) }
        let targets = chances.map { draw.unit() < $0 ? 1.0 : 0 }
        let trees = Self.grown(designs, targets, loss: .logistic) {
            ($0.trees, $0.leaves, $0.minLeaf) = (60, 6, 20)
        }
        let told = trees.predictions(designs).map { 1 / (1 + exp(-$0)) }
        let miss = zip(told, chances).reduce(0) { $0 + abs($1.0 - $1.1) } / 2_000
        let blunt = chances.reduce(0) { $0 + abs($1 - 0.5) } / 2_000
        #expect(miss < 0.3 * blunt, "\(miss) against \(blunt)")
    }

    @Test("the axes that matter have the gains, and one that does not has hardly any")
    func gains() {
        let (designs, targets) = Self.sample(400, seed: 12)
        let gains = Self.grown(designs, targets).gains
        #expect(gains[1] > gains[0] && gains[0] > gains[3] && gains[3] < 0.01 * gains.reduce(0, +))
    }

    @Test("the same source gives the same trees, another one others")
    func determinism() {
        let (designs, targets) = Self.sample(80, seed: 13)
        func told(_ state: UInt64) -> [Double] { Self.grown(designs, targets, state: state).predictions(designs) }
        #expect(told(1) == told(1))
        #expect(told(1) != told(2))
    }

    @Test("without designs they say 0, with equal targets those")
    func degenerate() {
        #expect(Self.grown([], []).prediction(at: [0, 0, 0, 0]) == 0)
        let designs = Self.sample(20, seed: 14).designs
        let flat = Self.grown(designs, [Double](repeating: -2, count: 20))
        #expect(flat.predictions(designs).allSatisfy { $0 == -2 })
        #expect(Self.grown([[0, 1, 0.5, 2]], [3]).prediction(at: [9, 4, 0, 0]) == 3)
    }

    @Test("numbers beyond 255 values are cut at quantiles, choices beyond 254 are taken as numbers")
    func manyValues() {
        let designs = (0..<1_000).map { [Double($0)] }
        let targets = (0..<1_000).map { Double($0 / 100) }
        for axis in [RandomForest.Axis.number, .choice(1_000)] {
            var source = Mixer(seed: 1)
            var rules = BoostedTrees.Rules()
            (rules.minLeaf, rules.rows) = (1, 1)
            let trees = BoostedTrees([axis], designs: designs, targets: targets, rules: rules, using: &source)
            #expect(trees.table.count(of: 0) <= 255)
            #expect(Self.error(trees, designs, targets) < 0.01)
        }
    }
}
