/// The prime factors of extents, which a mapping deals out to loops.
package enum Primes {
    /// The prime factors of a positive number in rising order; none of 1.
    package static func factors(of number: Int) -> [Int] {
        var factors: [Int] = []
        var rest = number
        var divisor = 2
        while divisor * divisor <= rest {
            while rest.isMultiple(of: divisor) {
                factors.append(divisor)
                rest /= divisor
            }
            divisor += 1
        }
        return rest > 1 ? factors + [rest] : factors
    }
}
