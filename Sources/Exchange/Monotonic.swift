/// The only clock of the exchange: seconds that never jump, since an arbitrary beginning.
enum Monotonic {
    private static let start = ContinuousClock.now

    static var seconds: Double {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
