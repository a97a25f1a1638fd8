import Foundation

/// Energies and areas of SRAM from CACTI 7 for one process: itrs-lstp cells, 300 K, one bank with one port, optimised
/// for energy times delay squared.
struct SRAMTable: Sendable {
    /// The process of 45 nm.
    static let nm45 = SRAMTable(read: read45, write: write45, area: area45)
    /// The process of 32 nm.
    static let nm32 = SRAMTable(read: read32, write: write32, area: area32)
    /// The process of 22 nm.
    static let nm22 = SRAMTable(read: read22, write: write22, area: area22)

    private let read: [[Double]]
    private let write: [[Double]]
    private let area: [[Double]]

    private static let smallest = 9.0
    private static let narrowest = 4.0
    private static let widest = 8.0

    private init(read: [[Double]], write: [[Double]], area: [[Double]]) {
        (self.read, self.write, self.area) = (read, write, area)
    }

    /// A memory by bilinear interpolation of logarithms over log2 of bytes and row bits, and log-linear beyond the
    /// largest. Below the smallest tabled memory of a width energy falls with rows to the power 0.78 and area with the
    /// size; beyond 256 bits seven tenths of the energy grow with the width (both AccelForge's rules).
    func memory(rows: Int, bits: Int) -> Technology.Memory {
        let bytes = Foundation.log2(Double(max(1, rows * bits)) / 8)
        let width = Foundation.log2(Double(max(1, bits)))
        let column = min(max(width, SRAMTable.narrowest), SRAMTable.widest)
        // A width is tabled from 64 rows on, but not below 512 bytes.
        let least = max(SRAMTable.smallest, column + 3)
        let size = max(bytes, least)
        let missing = size - bytes
        let wide = max(0, width - SRAMTable.widest)
        let energy = pow(2, -0.78 * missing) * (0.7 * pow(2, wide) + 0.3)
        return Technology.Memory(
            read: value(read, size, column) * energy, write: value(write, size, column) * energy,
            area: value(area, size, column) * pow(2, -missing))
    }

    private func value(_ points: [[Double]], _ size: Double, _ width: Double) -> Double {
        let row = min(max(0, Int(size - SRAMTable.smallest)), points.count - 2)
        let upper = log(points[row], width)
        let lower = log(points[row + 1], width)
        return pow(2, upper + (lower - upper) * (size - SRAMTable.smallest - Double(row)))
    }

    /// The logarithm at a width; the widest point stands for what has too few rows to be tabled.
    private func log(_ points: [Double], _ width: Double) -> Double {
        let place = width - SRAMTable.narrowest
        let left = min(Int(place), points.count - 1)
        let right = min(left + 1, points.count - 1)
        let (a, b) = (Foundation.log2(points[left]), Foundation.log2(points[right]))
        return a + (b - a) * min(1, place - Double(left))
    }
}
