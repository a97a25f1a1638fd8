import Learning
import Testing

@Suite("factors of positive definite matrices")
struct CholeskyTests {
    /// M Mᵀ + 1 of a random square M, and that as rows.
    private static func matrix(_ count: Int) -> [[Double]] {
        var draw = Draw(UInt32(count))
        let rows = (0..<count).map { _ in (0..<count).map { _ in draw.unit() - 0.5 } }
        return (0..<count).map { a in
            (0..<count).map { b in
                zip(rows[a], rows[b]).reduce(a == b ? 1 : 0) { $0 + $1.0 * $1.1 }
            }
        }
    }

    private static func triangle(_ rows: [[Double]]) -> Triangle {
        var triangle = Triangle(count: 0)
        for (place, row) in rows.enumerated() { triangle.append(row[...place]) }
        return triangle
    }

    @Test("solving by the factor gives back the right side, and the inverse is one", arguments: [1, 2, 5, 17, 64])
    func solving(count: Int) throws {
        let rows = Self.matrix(count)
        let factor = try #require(Cholesky(Self.triangle(rows)))
        let inverse = factor.inverse()
        for place in 0..<count {
            var x = [Double](repeating: 0, count: count)
            x[place] = 1
            factor.solve(&x)
            factor.solveTransposed(&x)
            for row in 0..<count {
                let product = zip(rows[row], x).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(product - (row == place ? 1 : 0)) < 1e-10)
                #expect(abs(inverse[max(row, place), min(row, place)] - x[row]) < 1e-10)
            }
        }
    }

    @Test("a factor that grew row by row is the factor of the whole, to the bit", arguments: [3, 20, 41])
    func growth(count: Int) throws {
        let whole = Self.triangle(Self.matrix(count))
        var grown = Cholesky()
        for row in 0..<count {
            let isTaken = grown.append((0...row).map { whole[row, $0] })
            #expect(isTaken)
        }
        #expect(try #require(Cholesky(whole)).factor == grown.factor)
        grown.truncate(to: 2)
        #expect(grown.count == 2)
        #expect(grown.factor.values.count == 3)
    }

    @Test("a matrix that is not positive definite has none, and a row that breaks it is not taken in")
    func indefinite() throws {
        #expect(Cholesky(Self.triangle([[1, 2], [2, 1]])) == nil)
        var factor = try #require(Cholesky(Self.triangle([[4, 2], [2, 5]])))
        #expect(abs(factor.logDeterminant - 2.772_588_722_239_781) < 1e-12)
        let isTaken = factor.append([4, 2, 1])
        #expect(!isTaken)
        #expect(factor.count == 2)
    }
}

@Suite("minimising within bounds")
struct QuasiNewtonTests {
    private static func valley(_ x: [Double]) -> (value: Double, gradient: [Double]) {
        let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
        return (a * a + 100 * b * b, [-2 * a - 400 * b * x[0], 200 * b])
    }

    @Test("it follows Rosenbrock's valley to its end, or to the bound that lies in the way")
    func rosenbrock() {
        let search = QuasiNewton(iterations: 200, tolerance: 1e-14)
        let free = search.minimum(from: [-1.2, 1], in: [-5...5, -5...5], of: Self.valley)
        #expect(abs(free.point[0] - 1) < 1e-4 && abs(free.point[1] - 1) < 1e-4)
        let bound = search.minimum(from: [-1.2, 1], in: [-5...0.5, -5...5], of: Self.valley)
        #expect(bound.point[0] == 0.5 && abs(bound.point[1] - 0.25) < 1e-4)
    }

    @Test("a start where nothing is finite is given back")
    func nowhere() {
        let result = QuasiNewton().minimum(from: [0.5], in: [0...1]) { _ in (.nan, [.nan]) }
        #expect(result.point == [0.5] && result.calls == 1)
    }
}

@Suite("the normal distribution")
struct NormalTests {
    // Values of mpmath 1.3 at 30 digits.
    @Test(
        "logarithms hold far into the tail",
        arguments: [(0.0, -0.693_147_180_559_945), (-5, -15.064_998_393_988_73), (-40, -804.608_442_013_754)])
    func cumulative(z: Double, expected: Double) {
        #expect(abs(Normal.logCumulative(z) - expected) < 1e-9 * abs(expected))
    }

    @Test("the logarithm of the excess rises without a step where its formula changes")
    func excess() {
        #expect(abs(Normal.logExcess(0) + 0.918_938_533_204_672_7) < 1e-14)
        var last = -Double.infinity
        for step in -60_000...5_000 {
            let value = Normal.logExcess(Double(step) / 1_000)
            #expect(value > last)
            last = value
        }
        for border in [-1.0, -25] {
            let jump = Normal.logExcess(border + 1e-9) - Normal.logExcess(border - 1e-9)
            #expect(jump < 1e-6)
        }
    }
}
