import Foundation
import Learning
import Testing

@Suite("A regression forest")
struct RandomForestTests {
    private static let axes: [RandomForest.Axis] = [.number, .choice(5), .number, .choice(3)]

    /// Designs of two numbers and two choices, some without one, with targets in which all but the last take part.
    private static func sample(_ count: Int, seed: UInt32) -> (designs: [[Double]], targets: [Double]) {
        var draw = Draw(seed)
        let designs = (0..<count).map { _ -> [Double] in
            let first = Double(draw.below(7)) / 7
            return [first, Double(draw.below(6) - 1), draw.unit(), Double(draw.below(3))]
        }
        let targets = designs.map { design in
            [2.0, 0, 3, -1, 0.5, 1][Int(design[1]) + 1] + 4 * (design[0] - 0.4) * (design[0] - 0.4)
                + (design[2] > 0.7 ? design[0] : 0) + 0.1 * draw.unit()
        }
        return (designs, targets)
    }

    private static func forest(
        _ designs: [[Double]], _ targets: [Double], _ change: (inout RandomForest.Rules) -> Void = { _ in },
        state: UInt64 = 5
    ) -> RandomForest {
        var source = BootstrapTests.Source(state: state)
        var rules = RandomForest.Rules()
        change(&rules)
        return RandomForest(axes, designs: designs, targets: targets, rules: rules, using: &source)
    }

    private static func error(_ targets: [Double]) -> Double {
        let mean = targets.reduce(0, +) / Double(max(1, targets.count))
        return targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
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

    @Test("its first split leaves the least error of all there are", arguments: 1...12, [1, 3])
    func bruteForce(seed: UInt32, minLeaf: Int) {
        let (designs, targets) = Self.sample(24, seed: seed)
        let stump = Self.forest(designs, targets) {
            ($0.trees, $0.share, $0.isBagged, $0.maxDepth, $0.minLeaf) = (1, 1, false, 1, minLeaf)
        }
        let left = zip(designs, targets).reduce(0.0) { sum, pair in
            let mean = stump.prediction(at: pair.0).mean
            return sum + (pair.1 - mean) * (pair.1 - mean)
        }
        let least = Self.leastError(designs, targets, minLeaf: minLeaf)
        #expect(abs(left - least) < 1e-9, "\(left) where \(least) is possible")
    }

    @Test("grown to the end on all designs it knows their targets", arguments: [false, true])
    func interpolation(cutsAtRandom: Bool) {
        let (designs, targets) = Self.sample(150, seed: 3)
        let forest = Self.forest(designs, targets) { ($0.isBagged, $0.cutsAtRandom) = (false, cutsAtRandom) }
        for (design, target) in zip(designs, targets) {
            #expect(abs(forest.prediction(at: design).mean - target) < 1e-12)
            #expect(forest.prediction(at: design).variance < 1e-10 + 1e-12)
        }
    }

    @Test("mean and variance are those of the total over its trees and leaves", arguments: [1, 4])
    func totalVariance(minLeaf: Int) {
        let (designs, targets) = Self.sample(80, seed: 7)
        let count = 12
        let whole = Self.forest(designs, targets) { ($0.trees, $0.minLeaf) = (count, minLeaf) }
        // Forests of one tree that draw on one source one after the other have the same trees.
        var source = BootstrapTests.Source(state: 5)
        let single = (0..<count).map { _ in
            var rules = RandomForest.Rules()
            (rules.trees, rules.minLeaf, rules.floor) = (1, minLeaf, 0)
            return RandomForest(Self.axes, designs: designs, targets: targets, rules: rules, using: &source)
        }
        for design in Self.sample(40, seed: 8).designs {
            let parts = single.map { $0.prediction(at: design) }
            let mean = parts.reduce(0) { $0 + $1.mean } / Double(count)
            let between = parts.reduce(0) { $0 + ($1.mean - mean) * ($1.mean - mean) } / Double(count)
            let within = parts.reduce(0) { $0 + $1.variance } / Double(count)
            let found = whole.prediction(at: design)
            #expect(abs(found.mean - mean) < 1e-12)
            #expect(abs(found.variance - max(1e-10, between + within)) < 1e-12)
        }
        // Leaves of one design have no variance, those of four do.
        let widest = designs.map { single[0].prediction(at: $0).variance }.max() ?? 0
        #expect((widest > 1e-20) == (minLeaf > 1))
    }

    @Test("a rising function of a number changes nothing about what its trees have seen", arguments: [false, true])
    func monotone(cutsAtRandom: Bool) {
        let (designs, targets) = Self.sample(100, seed: 11)
        let bent = designs.map { [$0[0] * $0[0] * $0[0] - 40, $0[1], 1 / (2 - $0[2]), $0[3]] }
        func grown(_ designs: [[Double]]) -> RandomForest {
            Self.forest(designs, targets) {
                ($0.cutsAtRandom, $0.isBagged, $0.share, $0.minLeaf) = (cutsAtRandom, false, 0.5, 4)
            }
        }
        let (one, other) = (grown(designs), grown(bent))
        for (straight, curved) in zip(designs, bent) {
            #expect(one.prediction(at: straight).mean == other.prediction(at: curved).mean)
            #expect(one.prediction(at: straight).variance == other.prediction(at: curved).variance)
        }
    }

    @Test("designs that it has not seen are told far better than by the mean", arguments: [false, true])
    func generalisation(cutsAtRandom: Bool) {
        let (designs, targets) = Self.sample(300, seed: 13)
        let forest = Self.forest(designs, targets) { ($0.trees, $0.cutsAtRandom) = (30, cutsAtRandom) }
        let (fresh, truth) = Self.sample(300, seed: 14)
        let left = zip(fresh, truth).reduce(0.0) { sum, pair in
            let mean = forest.prediction(at: pair.0).mean
            return sum + (pair.1 - mean) * (pair.1 - mean)
        }
        #expect(left < 0.1 * Self.error(truth))
        // Where it is less certain it is wrong by more.
        let judged = zip(fresh, truth).map { design, target in
            let (mean, variance) = forest.prediction(at: design)
            return (variance, abs(mean - target))
        }.sorted { $0.0 < $1.0 }
        let halves = [judged.prefix(150), judged.suffix(150)].map { $0.reduce(0) { $0 + $1.1 } }
        #expect(halves[0] < halves[1])
    }

    @Test("predictions around a design are those of each design by itself")
    func around() {
        let (designs, targets) = Self.sample(120, seed: 23)
        let forest = Self.forest(designs, targets) { $0.minLeaf = 2 }
        let values: [[Double]] = [[-3, 0, 0.2, 0.5, 0.51, 2], [4, -1, 3, 0, 1, 2], [0.1, 0.9, 0.3], [2, 1, 0, 1]]
        for design in Self.sample(20, seed: 24).designs {
            for (axis, values) in values.enumerated() {
                let found = forest.predictions(around: design, axis: axis, values: values)
                for (value, prediction) in zip(values, found) {
                    var moved = design
                    moved[axis] = value
                    #expect(prediction == forest.prediction(at: moved))
                }
            }
        }
    }

    @Test("the same source gives the same forest, another one another")
    func determinism() {
        let (designs, targets) = Self.sample(60, seed: 17)
        func predictions(_ state: UInt64) -> [Double] {
            let forest = Self.forest(designs, targets, state: state)
            return Self.sample(50, seed: 18).designs.map { forest.prediction(at: $0).mean }
        }
        #expect(predictions(1) == predictions(1))
        #expect(predictions(1) != predictions(2))
    }

    @Test("without designs it knows nothing, with one or with equal targets just that")
    func degenerate() {
        #expect(Self.forest([], []).prediction(at: [0, 0, 0, 0]) == (0, 1e-10))
        #expect(Self.forest([[0, -1, 1, 2]], [3]).prediction(at: [9, 4, 0, 0]) == (3, 1e-10))
        let designs = Self.sample(20, seed: 19).designs
        let flat = Self.forest(designs, [Double](repeating: -2, count: 20))
        #expect(designs.allSatisfy { flat.prediction(at: $0) == (-2, 1e-10) })
    }

    @Test("choices beyond 64 are told apart")
    func manyChoices() {
        let designs = (0..<200).map { [Double($0)] }
        let targets = (0..<200).map { Double($0 % 7 == 0 ? 1 : 0) }
        var rules = RandomForest.Rules()
        (rules.trees, rules.isBagged) = (1, false)
        var source = BootstrapTests.Source(state: 1)
        let forest = RandomForest([.choice(200)], designs: designs, targets: targets, rules: rules, using: &source)
        #expect(zip(designs, targets).allSatisfy { forest.prediction(at: $0).mean == $1 })
    }

    @Test("a file keeps its bits, with few choices and with many", arguments: [5, 200])
    func coding(choices: Int) throws {
        let designs = (0..<150).map { [Double($0 % choices), Double($0 * 37 % 11)] }
        let targets = (0..<150).map { Double($0 * $0 % 17) }
        var source = Mixer(seed: 3)
        let forest = RandomForest([.choice(choices), .number], designs: designs, targets: targets, using: &source)
        let read = try JSONDecoder().decode(RandomForest.self, from: JSONEncoder().encode(forest))
        for design in designs { #expect(read.prediction(at: design) == forest.prediction(at: design)) }
    }

    @Test("parts that are no trees are refused", arguments: ["left", "axis", "roots", "variance"])
    func flaws(field: String) throws {
        let (designs, targets) = Self.sample(60, seed: 23)
        let data = try JSONEncoder().encode(Self.forest(designs, targets))
        var parts = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let numbers = try #require(parts[field] as? [Double])
        parts[field] = field == "variance" ? [] : numbers.map { $0 < 0 ? $0 : $0 + 1_000 }
        let broken = try JSONSerialization.data(withJSONObject: parts)
        #expect(throws: DecodingError.self) { _ = try JSONDecoder().decode(RandomForest.self, from: broken) }
    }
}
