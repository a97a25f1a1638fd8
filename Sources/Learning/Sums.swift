/// Sums over runs of doubles, the innermost loops of all linear algebra here.
///
/// Every sum is taken in one fixed order, so that its bits are the same on any machine and with any compiler: eight
/// lanes that are added up at the end, then the rest one by one.
enum Sums {
    /// The sum of products of two runs.
    @inline(__always)
    static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
        var (first, second) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
        var place = 0
        while place + 8 <= count {
            first += lanes(a + place) * lanes(b + place)
            second += lanes(a + place + 4) * lanes(b + place + 4)
            place += 8
        }
        var total = (first + second).sum()
        while place < count {
            total += a[place] * b[place]
            place += 1
        }
        return total
    }

    /// Adds a multiple of a run to another one.
    @inline(__always)
    static func add(_ factor: Double, _ a: UnsafePointer<Double>, to b: UnsafeMutablePointer<Double>, _ count: Int) {
        for place in 0..<count { b[place] += factor * a[place] }
    }

    /// Adds multiples of four runs to another one: a quarter of the stores of four single additions.
    @inline(__always)
    static func add(
        _ factors: SIMD4<Double>, _ runs: [UnsafePointer<Double>], to b: UnsafeMutablePointer<Double>, _ count: Int
    ) {
        let (w, x, y, z) = (runs[0], runs[1], runs[2], runs[3])
        for place in 0..<count {
            b[place] +=
                (factors[0] * w[place] + factors[1] * x[place])
                + (factors[2] * y[place] + factors[3] * z[place])
        }
    }

    @inline(__always)
    private static func lanes(_ a: UnsafePointer<Double>) -> SIMD4<Double> {
        UnsafeRawPointer(a).loadUnaligned(as: SIMD4<Double>.self)
    }

    /// e^-t for t ≥ 0, without a branch or a library's rounding; 0 where t is above 700. Right to 1e-15 of its value.
    @inline(__always)
    static func decay(_ t: Double) -> Double {
        let bounded = t < 700 ? t : 700
        // Adding 1.5 · 2^52 rounds to a whole number, which then lies in the low bits.
        let magic = 6_755_399_441_055_744.0
        let shifted = bounded * -1.442_695_040_888_963_4 + magic
        let whole = shifted - magic
        let rest = (-bounded - whole * 0.693_147_180_369_123_8) - whole * 1.908_214_929_270_587_7e-10
        var sum = 1 / 39_916_800.0
        sum = sum * rest + 1 / 3_628_800.0
        sum = sum * rest + 1 / 362_880.0
        sum = sum * rest + 1 / 40_320.0
        sum = sum * rest + 1 / 5_040.0
        sum = sum * rest + 1 / 720.0
        sum = sum * rest + 1 / 120.0
        sum = sum * rest + 1 / 24.0
        sum = sum * rest + 1 / 6.0
        sum = sum * rest + 0.5
        sum = sum * rest + 1
        sum = sum * rest + 1
        let exponent = shifted.bitPattern &- magic.bitPattern &+ 1_023
        let power = Double(bitPattern: exponent << 52)
        return t < 700 ? sum * power : 0
    }
}
