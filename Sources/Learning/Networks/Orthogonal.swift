#if canImport(Glibc)
    import Glibc
#endif

/// Random matrices whose rows or columns, whichever are fewer, are orthogonal (Saxe and others, 2014).
enum Orthogonal {
    /// A matrix, row after row; each of the fewer has the length `gain`.
    static func matrix(
        rows: Int, columns: Int, gain: Double, using generator: inout some RandomNumberGenerator
    ) -> [Float] {
        let (count, length) = (min(rows, columns), max(rows, columns))
        var frame: [[Double]] = []
        while frame.count < count {
            var line = (0..<length).map { _ in normal(&generator) }
            // Taking the others' share out twice keeps the angle right to the last bits.
            for other in frame + frame {
                let share = zip(line, other).reduce(0) { $0 + $1.0 * $1.1 }
                for place in line.indices { line[place] -= share * other[place] }
            }
            let size = line.reduce(0) { $0 + $1 * $1 }.squareRoot()
            if size > 1e-6 { frame.append(line.map { $0 / size }) }
        }
        var result = [Float](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                result[row * columns + column] = Float(
                    gain * (rows < columns ? frame[row][column] : frame[column][row]))
            }
        }
        return result
    }

    /// A draw from the standard normal distribution (Box and Muller, 1958).
    private static func normal(_ generator: inout some RandomNumberGenerator) -> Double {
        let (u, v) = (Draws.unit(&generator), Draws.unit(&generator))
        return (-2 * log(1 - u)).squareRoot() * cos(2 * .pi * v)
    }
}

/// Draws whose numbers do not depend on the version of a library.
enum Draws {
    /// A uniform double in [0, 1) with 53 random bits.
    @inline(__always)
    static func unit(_ generator: inout some RandomNumberGenerator) -> Double {
        Double(generator.next() >> 11) * 0x1p-53
    }

    /// Shuffles in place (Fisher and Yates, from the end).
    static func shuffle(_ elements: inout [Int32], using generator: inout some RandomNumberGenerator) {
        guard elements.count > 1 else { return }
        for last in stride(from: elements.count - 1, through: 1, by: -1) {
            elements.swapAt(last, Int(unit(&generator) * Double(last + 1)))
        }
    }
}
