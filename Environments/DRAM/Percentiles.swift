/// Order statistics of a buffer, which is reordered on the way.
struct Percentiles {
    private let values: UnsafeMutablePointer<Int32>
    private let count: Int
    /// Everything before this place is at most as large as everything from it on.
    private var settled = 0

    init(_ values: UnsafeMutablePointer<Int32>, count: Int) {
        (self.values, self.count) = (values, count)
    }

    /// The value below which the given share of all lies: that of rank `share * (count - 1)`, rounded down. Shares must
    /// be asked for in rising order.
    mutating func value(at share: Double) -> Int32 {
        let rank = min(count - 1, Int(share * Double(count - 1)))
        defer { settled = rank }
        return select(rank)
    }

    /// Hoare's quickselect with the middle element as pivot.
    private mutating func select(_ rank: Int) -> Int32 {
        var (low, high) = (settled, count - 1)
        while low < high {
            let pivot = values[low + (high - low) / 2]
            var (left, right) = (low, high)
            while left <= right {
                while values[left] < pivot { left += 1 }
                while values[right] > pivot { right -= 1 }
                guard left <= right else { break }
                (values[left], values[right]) = (values[right], values[left])
                left += 1
                right -= 1
            }
            if rank <= right { high = right } else if rank >= left { low = left } else { break }
        }
        return values[rank]
    }
}
