import Foundation
import Learning
import Testing

@Suite("Gaussian processes over designs")
struct GaussianProcessTests {
    private static let mixed: [DesignKernel.Axis] = [.number, .choice, .number, .choice]

    /// A process with some random designs and a smooth target; sequences are of three symbols.
    private static func process(_ kernel: DesignKernel, count: Int) -> GaussianProcess {
        var draw = Draw(3)
        var process = GaussianProcess(kernel)
        for _ in 0..<count {
            let design = kernel.axes.map { $0 == .number ? draw.unit() : Double(draw.below(3)) }
            let target = design.enumerated().reduce(0) { $0 + sin($1.element * Double($1.offset + 1)) }
            process.append(design, target)
        }
        process.settle()
        return process
    }

    private static let kernels = [
        DesignKernel(mixed), DesignKernel(mixed, isAdditive: false),
        DesignKernel([DesignKernel.Axis](repeating: .choice, count: 6), sequence: SequenceFeatures(alphabet: 3)),
    ]

    @Test("the gradient of the evidence is that of finite differences", arguments: 0..<3)
    func gradient(place: Int) {
        let process = Self.process(Self.kernels[place], count: 25)
        var draw = Draw(8)
        let here = process.kernel.logarithms.map { $0 + draw.unit() - 0.5 }
        let gradient = process.evidence(at: here).gradient
        for index in here.indices {
            var (up, down) = (here, here)
            up[index] += 1e-5
            down[index] -= 1e-5
            let slope = (process.evidence(at: up).value - process.evidence(at: down).value) / 2e-5
            #expect(abs(slope - gradient[index]) < 1e-4 * (1 + abs(slope)), "\(index)")
        }
    }

    @Test("two designs give the prediction that the formulas give by hand")
    func closedForm() {
        var kernel = DesignKernel([.number], isAdditive: false)
        // Noise 0.01, variance 2, length 0.5.
        kernel.logarithms = [log(0.01), log(2), log(0.5)]
        var process = GaussianProcess(kernel)
        process.append([0], 1)
        process.append([1], 3)
        process.settle()
        func covariance(_ distance: Double) -> Double {
            let t = 5.0.squareRoot() * distance / 0.5
            return 2 * (1 + t + t * t / 3) * exp(-t)
        }
        // K = [[a, b], [b, a]]; by symmetry the mean is 2 and K⁻¹ (y - 2) = (-1, 1) / (a - b).
        let (a, b) = (2.01, covariance(1))
        let (p, q) = (covariance(0.25), covariance(0.75))
        let determinant = a * a - b * b
        let known = (a * p * p - 2 * b * p * q + a * q * q) / determinant
        let prediction = process.prediction(at: [0.25])
        #expect(abs(prediction.mean - (2 + (q - p) / (a - b))) < 1e-12)
        #expect(abs(prediction.variance - (a - known)) < 1e-12)
    }

    @Test("fitting explains more, and predictions come near a function that adds up", arguments: 0..<3)
    func fitting(place: Int) {
        var process = Self.process(Self.kernels[place], count: 60)
        let before = process.evidence(at: process.kernel.logarithms).value
        process.fit()
        process.settle()
        #expect(process.evidence(at: process.kernel.logarithms).value < before)
        var draw = Draw(12)
        for _ in 0..<20 {
            let design = process.kernel.axes.map { $0 == .number ? draw.unit() : Double(draw.below(3)) }
            let target = design.enumerated().reduce(0) { $0 + sin($1.element * Double($1.offset + 1)) }
            let prediction = process.prediction(at: design)
            #expect(abs(prediction.mean - target) < 4.5 * prediction.variance.squareRoot() + 0.02)
            #expect(abs(prediction.mean - target) < 0.8)
        }
    }

    @Test("what is forgotten leaves no trace, and repeated designs do no harm")
    func truncation() {
        let process = Self.process(Self.kernels[0], count: 12)
        var other = process
        for _ in 0..<5 { other.append(process.design(at: 3), 100) }
        other.settle()
        #expect(other.prediction(at: [0, 0, 0, 0]).mean.isFinite)
        other.truncate(to: 12)
        other.settle()
        let (a, b) = (process.prediction(at: [0.1, 2, 0.3, 1]), other.prediction(at: [0.1, 2, 0.3, 1]))
        #expect(a.mean == b.mean && a.variance == b.variance)
    }

    @Test("designs given at once leave the bits that appending and fitting leave", arguments: 0..<3)
    func atOnce(place: Int) {
        var process = Self.process(Self.kernels[place], count: 30)
        process.fit(iterations: 5)
        process.settle()
        let designs = (0..<process.count).map(process.design)
        var other = GaussianProcess(process.kernel, designs: designs, targets: process.targets)
        other.settle()
        for design in designs.prefix(5) { #expect(other.prediction(at: design) == process.prediction(at: design)) }
    }
}
