import Foundation
import Learning
import Testing

@Suite("An ensemble of networks")
struct NetworkEnsembleTests {
    private static func sample(_ count: Int, seed: UInt32) -> (rows: [[Double]], targets: [Double]) {
        var draw = Draw(seed)
        let rows = (0..<count).map { _ in [4 * draw.unit(), 100 * draw.unit(), 1] }
        return (rows, rows.map { 300 + 40 * sin($0[0]) + 0.5 * $0[1] * $0[0] })
    }

    private static func learned(_ seed: UInt64 = 1) -> NetworkEnsemble {
        let (rows, targets) = sample(400, seed: 1)
        var generator = Mixer(seed: seed)
        var rules = NetworkEnsemble.Rules()
        (rules.members, rules.width, rules.steps) = (2, 24, 1_500)
        return NetworkEnsemble(rows, targets: targets, rules: rules, using: &generator)
    }

    @Test("a smooth function is learned within a thirtieth of its spread, a feature that never varies does no harm")
    func learning() {
        let (rows, targets) = Self.sample(200, seed: 2)
        let mean = targets.reduce(0, +) / 200
        let spread = targets.reduce(0) { $0 + pow($1 - mean, 2) }
        let miss = zip(Self.learned().predictions(rows), targets).reduce(0) { $0 + pow($1.0.mean - $1.1, 2) }
        #expect(miss < 0.0011 * spread, "\(miss / spread)")
    }

    @Test("where nothing was learned the networks differ more than where much was")
    func doubt() {
        let ensemble = Self.learned()
        let known = ensemble.predictions(Self.sample(100, seed: 3).rows).reduce(0) { $0 + $1.variance } / 100
        let unknown = ensemble.predictions([[40, 900, 1], [-30, -800, 1]]).map(\.variance)
        #expect(unknown.allSatisfy { $0 > 10 * known })
    }

    @Test("the same source gives the same bits, in any batch and through a file")
    func bits() throws {
        let ensemble = Self.learned()
        let rows = Self.sample(50, seed: 4).rows
        let told = ensemble.predictions(rows).map(\.mean)
        #expect(Self.learned().predictions(rows).map(\.mean) == told)
        #expect(Self.learned(2).predictions(rows).map(\.mean) != told)
        #expect(rows.map { ensemble.predictions([$0])[0].mean } == told)
        let read = try JSONDecoder().decode(NetworkEnsemble.self, from: JSONEncoder().encode(ensemble))
        #expect(read.predictions(rows).map(\.mean) == told)
    }

    @Test("parts that do not fit are refused")
    func flaws() {
        let whole = Self.learned()
        func made(_ means: [Double], _ parameters: [[Float]], gain: Double = 1) -> NetworkEnsemble? {
            NetworkEnsemble(
                width: 24, means: means, scales: [1, 1, 1], gain: gain, shift: 0, parameters: parameters)
        }
        #expect(made([0, 0, 0], whole.parameters) != nil)
        #expect(made([0, 0], whole.parameters) == nil)
        #expect(made([0, 0, 0], []) == nil)
        #expect(made([0, 0, 0], whole.parameters.map { Array($0.dropLast()) }) == nil)
        #expect(made([0, 0, 0], whole.parameters.map { $0.map { _ in Float.nan } }) == nil)
        #expect(made([0, 0, 0], whole.parameters, gain: .infinity) == nil)
    }
}
