import Gym

/// Units that differ in nothing but a decimal prefix, such as ps and ns.
enum UnitScale {
    private static let prefixes: [(symbol: String, power: Int)] = [
        ("f", -15), ("p", -12), ("n", -9), ("u", -6), ("µ", -6), ("m", -3), ("k", 3), ("K", 3), ("M", 6), ("G", 9),
        ("T", 12),
    ]
    private static let bases = ["s", "J", "W", "B/s", "b/s", "Hz", "V", "A", "m", "m2", "B", "OPS", "FLOPS"]

    /// What a number in one unit is multiplied by, and divided by, to be in the other; both are powers of ten, so that
    /// no digit is lost. Nil where the units have different bases, or are not known.
    static func factors(from unit: String, to wanted: String) -> (multiplier: Double, divisor: Double)? {
        if unit == wanted { return (1, 1) }
        for base in bases {
            guard let from = power(of: unit, base: base), let to = power(of: wanted, base: base) else { continue }
            // An area's prefix counts twice.
            let difference = (from - to) * (base == "m2" ? 2 : 1)
            return difference >= 0 ? (tenToThe(difference), 1) : (1, tenToThe(-difference))
        }
        return nil
    }

    private static func tenToThe(_ power: Int) -> Double { (0..<power).reduce(1.0) { product, _ in product * 10 } }

    private static func power(of unit: String, base: String) -> Int? {
        guard unit.hasSuffix(base) else { return nil }
        let prefix = unit.dropLast(base.count)
        return prefix.isEmpty ? 0 : prefixes.first { $0.symbol == prefix }?.power
    }
}
