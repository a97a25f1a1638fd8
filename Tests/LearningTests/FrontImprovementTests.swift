import Foundation
import Learning
import Testing

@Suite("The volume that a front is expected to gain")
struct FrontImprovementTests {
    private static let fronts: [[[Double]]] = [
        [], [[0.3, 0.4]], [[0.1, 0.8], [0.3, 0.4], [0.7, 0.2]],
        [[0.3, 0.4], [0.5, 0.6], [0.3, 0.9], [2, 0], [0.9, 0.1]],
    ]
    private static let reference = [1.0, 1.1]

    @Test("it is the mean over many draws of the volume that each would add", arguments: fronts)
    func draws(front: [[Double]]) {
        let improvement = FrontImprovement(front, reference: Self.reference)
        let known = Pareto.hypervolume(front, reference: Self.reference)
        var draw = Draw(5)
        for (means, deviations) in [((0.2, 0.3), (0.2, 0.1)), ((0.6, 0.6), (0.3, 0.4)), ((0.9, 0.2), (0.05, 0.5))] {
            var sum = 0.0
            let count = 40_000
            for _ in 0..<count {
                let radius = (-2 * log(1 - draw.unit())).squareRoot()
                let angle = 2 * Double.pi * draw.unit()
                let point = [
                    means.0 + deviations.0 * radius * cos(angle), means.1 + deviations.1 * radius * sin(angle),
                ]
                sum += Pareto.hypervolume(front + [point], reference: Self.reference) - known
            }
            let expected = exp(improvement.logExpected(means, deviations))
            #expect(abs(expected - sum / Double(count)) < 0.02 * expected + 0.002)
        }
    }

    @Test("far from any improvement the nearer point still counts more, and neither counts as nothing")
    func tails() {
        let improvement = FrontImprovement(Self.fronts[2], reference: Self.reference)
        let near = improvement.logExpected((3, 3), (0.02, 0.02))
        let far = improvement.logExpected((4, 4), (0.02, 0.02))
        #expect(near.isFinite && far.isFinite && far < near && near < -1_000)
    }

    @Test("with hardly any doubt it is the volume itself")
    func certain() {
        let front = Self.fronts[2]
        let improvement = FrontImprovement(front, reference: Self.reference)
        let gain =
            Pareto.hypervolume(front + [[0.2, 0.1]], reference: Self.reference)
            - Pareto.hypervolume(front, reference: Self.reference)
        #expect(abs(exp(improvement.logExpected((0.2, 0.1), (1e-9, 1e-9))) - gain) < 1e-8)
    }
}
