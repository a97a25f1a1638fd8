import Gym

#if canImport(Glibc)
    import Glibc
#endif

/// A density over genomes counted in levels: a sum of kernels, one around each of the designs it was made of and a flat
/// one, each a product over places.
///
/// A number's kernel is a bell on its scale, cut off at the ends; a choice's is a spike. Both stand on a flat ground.
/// They lie in tables, so that a density costs one addition per place and kernel.
struct ParzenDensity: Sendable {
    /// One parameter: its number of levels, and where each lies between 0 and 1; nil where they have no order.
    struct Axis: Sendable {
        let count: Int
        let positions: [Double]?
    }

    private let axes: [Axis]
    private let length: Int
    private let width: Double
    private let blur: Double
    private let floor: Double
    /// Where each parameter's square table begins: a row for each level as a kernel's centre, a column for each level.
    private let starts: [Int]
    private var logarithms: [Double]
    private var sums: [Double]
    /// For how many designs the tables were made; kernels narrow with their number.
    private var tableSize = 0
    /// For each kernel, where its row of each place's table begins.
    private var rows: [Int32] = []
    private var count = 0
    private let flat: Double
    /// The weight of each kernel and its logarithm; the flat one has the rest of 1.
    private var shares: [Double] = []
    private var logShares: [Double] = []

    /// Genomes have `length` values, the axes' one after the other, again and again. `width` is the deviation of a
    /// number's kernel, in ranges, for one design, and `floor` the share of it that all values have alike; `blur` is
    /// what all choices weigh together, in designs, beside a design's own.
    init(_ axes: [Axis], length: Int, width: Double, floor: Double, blur: Double) {
        (self.axes, self.length, self.width, self.floor, self.blur) = (axes, length, width, floor, blur)
        var (starts, end) = ([Int](), 0)
        for axis in axes {
            starts.append(end)
            end += axis.count * axis.count
        }
        self.starts = starts
        (logarithms, sums) = ([Double](repeating: 0, count: end), [Double](repeating: 0, count: end))
        flat = -axes.reduce(0) { $0 + log(Double($1.count)) } * Double(length / max(1, axes.count))
    }

    /// Puts a kernel around each of the designs, given by the levels of their values; `weight` is how much the kernel
    /// of the i-th weighs beside the others.
    mutating func fit(_ designs: some Collection<[Int32]>, weight: (Int) -> Double) {
        count = designs.count
        weigh(weight)
        // A table that is a twentieth out of date is good enough.
        if count < tableSize || count * 20 > tableSize * 21 { makeTables() }
        rows.removeAll(keepingCapacity: true)
        for levels in designs {
            for (place, level) in levels.enumerated() {
                let axis = place % axes.count
                rows.append(Int32(starts[axis] + Int(level) * axes[axis].count))
            }
        }
    }

    /// The logarithm of the density at a design; `scratch` is overwritten, so that nothing is allocated.
    func logarithm(at levels: [Int32], _ scratch: inout [Double]) -> Double {
        if scratch.count < count { scratch = [Double](repeating: 0, count: count) }
        let ground = flat - log(Double(count + 1))
        var highest = ground
        rows.withUnsafeBufferPointer { rows in
            logarithms.withUnsafeBufferPointer { table in
                levels.withUnsafeBufferPointer { levels in
                    for kernel in 0..<count {
                        var total = logShares[kernel]
                        let start = kernel * length
                        for place in 0..<length { total += table[Int(rows[start + place] &+ levels[place])] }
                        scratch[kernel] = total
                        highest = max(highest, total)
                    }
                }
            }
        }
        // Kernels that are e^-30 of the greatest add nothing that a double would show in the end.
        var sum = exp(ground - highest)
        for kernel in 0..<count where scratch[kernel] > highest - 30 { sum += exp(scratch[kernel] - highest) }
        return highest + log(sum)
    }

    /// Draws a design's levels into an array of the right length.
    func draw(_ levels: inout [Int32], _ generator: inout Generator) {
        var ball = generator.unit()
        let kernel =
            shares.firstIndex { share in
                ball -= share
                return ball < 0
            } ?? count
        for place in levels.indices {
            let size = axes[place % axes.count].count
            guard kernel < count else {
                levels[place] = Int32(generator.below(size))
                continue
            }
            let row = Int(rows[kernel * length + place])
            let ball = generator.unit() * sums[row + size - 1]
            var (low, high) = (0, size - 1)
            while low < high {
                let middle = (low + high) / 2
                if sums[row + middle] > ball { high = middle } else { low = middle + 1 }
            }
            levels[place] = Int32(low)
        }
    }

    private mutating func weigh(_ weight: (Int) -> Double) {
        let weights = (0..<count).map(weight)
        let total = weights.reduce(0, +) * Double(count + 1) / Double(max(1, count))
        shares = weights.map { $0 / total }
        logShares = shares.map { log($0) }
    }

    private mutating func makeTables() {
        tableSize = count
        let deviation = width * pow(Double(max(1, count)), -1 / Double(length + 4))
        for (axis, start) in zip(axes, starts) {
            for centre in 0..<axis.count {
                let row = start + centre * axis.count
                let weights =
                    axis.positions.map { bell($0, around: centre, deviation) } ?? spike(centre, of: axis.count)
                var sum = 0.0
                for (level, weight) in weights.enumerated() {
                    sum += weight
                    (logarithms[row + level], sums[row + level]) = (weight, sum)
                }
                for level in 0..<axis.count { logarithms[row + level] = log(logarithms[row + level] / sum) }
            }
        }
    }

    /// What each level of a number weighs around one of them. Far from it all weigh alike: a bell's own tails differ by
    /// powers of ten where nothing was tried, and the ratio of two such densities would mean nothing there.
    private func bell(_ positions: [Double], around centre: Int, _ deviation: Double) -> [Double] {
        // However narrow the bell, its neighbours stay within reach.
        let spread = max(deviation, 0.4 / Double(positions.count))
        let weights = positions.map { position in
            let distance = (position - positions[centre]) / spread
            return max(1e-12, exp(-0.5 * distance * distance))
        }
        let total = weights.reduce(0, +)
        return weights.map { (1 - floor) * $0 / total + floor / Double(positions.count) }
    }

    private func spike(_ centre: Int, of levels: Int) -> [Double] {
        (0..<levels).map { ($0 == centre ? 1 : 0) + blur / (Double(max(1, count)) + 1) }
    }
}
