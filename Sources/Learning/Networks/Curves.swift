/// Exponentials and their like in floats, without a branch or a library's rounding, so that a loop of them runs in
/// lanes and has the same bits on any machine.
enum Curves {
    /// e^x for x ≤ 0, right to 2e-7 of its value; 0 below -87. NaN gives what lies at -87.
    @inline(__always)
    static func exponential(_ x: Float) -> Float {
        let bounded = x > -87 ? x : -87
        // Adding 1.5 · 2^23 rounds to a whole number, which then lies in the low bits.
        let magic: Float = 12_582_912
        let shifted = bounded * 1.442_695_1 + magic
        let whole = shifted - magic
        let rest = (bounded - whole * 0.693_359_375) + whole * 2.121_944_4e-4
        var sum: Float = 1 / 720
        sum = sum * rest + 1 / 120
        sum = sum * rest + 1 / 24
        sum = sum * rest + 1 / 6
        sum = sum * rest + 0.5
        sum = sum * rest + 1
        sum = sum * rest + 1
        let exponent = shifted.bitPattern &- magic.bitPattern &+ 127
        let power = Float(bitPattern: exponent << 23)
        return x > -87 ? sum * power : 0
    }

    /// The hyperbolic tangent, right to 1e-7.
    @inline(__always)
    static func tangent(_ x: Float) -> Float {
        let decay = exponential(-2 * abs(x))
        let size = (1 - decay) / (1 + decay)
        return x < 0 ? -size : size
    }
}
