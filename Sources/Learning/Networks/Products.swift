/// Products of matrices of floats, kept row after row: the innermost loops of all networks.
///
/// Every element is summed in the order of the inner index, whichever block computes it, so that its bits are the same
/// on any machine and whatever other rows are computed along with it.
enum Products {
    /// Adds a · b to c, which has `rows` rows and `columns` columns.
    ///
    /// - Parameters:
    ///   - a: the left matrix; its element of a row and an inner index lies at `row * rowStride + inner * innerStride`,
    ///     so that a transposed one needs no copy.
    ///   - b: the right matrix, with `columns` numbers in each of its `inner` rows.
    static func add(
        _ a: UnsafePointer<Float>, rowStride: Int, innerStride: Int, _ b: UnsafePointer<Float>,
        to c: UnsafeMutablePointer<Float>, rows: Int, inner: Int, columns: Int
    ) {
        var column = 0
        while column + 8 <= columns {
            var row = 0
            while row + 4 <= rows {
                quad(
                    a + row * rowStride, rowStride, innerStride, b + column, c + row * columns + column, inner, columns)
                row += 4
            }
            while row < rows {
                single(a + row * rowStride, innerStride, b + column, c + row * columns + column, inner, columns)
                row += 1
            }
            column += 8
        }
        while column < columns {
            for row in 0..<rows {
                let left = a + row * rowStride
                var total = c[row * columns + column]
                for place in 0..<inner { total += left[place * innerStride] * b[place * columns + column] }
                c[row * columns + column] = total
            }
            column += 1
        }
    }

    /// Four rows by eight columns, all of whose sums stay in registers.
    @inline(__always)
    private static func quad(
        _ a: UnsafePointer<Float>, _ rowStride: Int, _ innerStride: Int, _ b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>, _ inner: Int, _ columns: Int
    ) {
        var (w, x) = (lanes(c), lanes(c + columns))
        var (y, z) = (lanes(c + 2 * columns), lanes(c + 3 * columns))
        var (left, right) = (a, b)
        for _ in 0..<inner {
            let line = lanes(right)
            w += line * left[0]
            x += line * left[rowStride]
            y += line * left[2 * rowStride]
            z += line * left[3 * rowStride]
            left += innerStride
            right += columns
        }
        store(w, c)
        store(x, c + columns)
        store(y, c + 2 * columns)
        store(z, c + 3 * columns)
    }

    @inline(__always)
    private static func single(
        _ a: UnsafePointer<Float>, _ innerStride: Int, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>,
        _ inner: Int, _ columns: Int
    ) {
        var sum = lanes(c)
        var (left, right) = (a, b)
        for _ in 0..<inner {
            sum += lanes(right) * left[0]
            left += innerStride
            right += columns
        }
        store(sum, c)
    }

    /// Writes the transpose of a matrix of `rows` rows and `columns` columns.
    static func transpose(
        _ a: UnsafePointer<Float>, to b: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) {
        for row in 0..<rows {
            for column in 0..<columns { b[column * rows + row] = a[row * columns + column] }
        }
    }

    /// The sum of squares of a run, in eight lanes that are added up at the end.
    static func squares(_ a: UnsafePointer<Float>, _ count: Int) -> Float {
        var sum = SIMD8<Float>.zero
        var place = 0
        while place + 8 <= count {
            let line = lanes(a + place)
            sum += line * line
            place += 8
        }
        var total = sum.sum()
        while place < count {
            total += a[place] * a[place]
            place += 1
        }
        return total
    }

    @inline(__always)
    private static func lanes(_ a: UnsafePointer<Float>) -> SIMD8<Float> {
        UnsafeRawPointer(a).loadUnaligned(as: SIMD8<Float>.self)
    }

    @inline(__always)
    private static func store(_ value: SIMD8<Float>, _ a: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(a).storeBytes(of: value, as: SIMD8<Float>.self)
    }
}
