import Gym

/// Which designs a trial has evaluated, by hash: the latest million, so that memory does not grow with run length and
/// what counts as seen depends on the history alone.
struct SeenDesigns {
    static let limit = 1 << 20

    private var numbers: [UInt64: Int64] = [:]
    private var order: [UInt64] = []
    private var oldest = 0

    /// The number of the sample that evaluated a design of this hash last.
    func number(of hash: UInt64) -> Int64? { numbers[hash] }

    /// Notes an evaluation.
    mutating func insert(_ hash: UInt64, number: Int64) {
        guard numbers.updateValue(number, forKey: hash) == nil else { return }
        if order.count < SeenDesigns.limit {
            order.append(hash)
        } else {
            numbers[order[oldest]] = nil
            order[oldest] = hash
            oldest = (oldest + 1) % SeenDesigns.limit
        }
    }

    /// The hash of a canonical action.
    static func hash(_ action: Action) -> UInt64 {
        action.reduce(UInt64(action.count)) { splitmix64($0 ^ $1.bitPattern) }
    }
}
