import Foundation
import Gym

/// Chooses between a linear and a logarithmic axis.
enum Scale {
    /// Whether positive numbers spread so far that only their logarithms can be seen side by side.
    static func isLog(_ values: [Double], of metric: Metric) -> Bool {
        let finite = values.filter(\.isFinite)
        guard metric.isPositive, let least = finite.min(), let most = finite.max(), least > 0 else { return false }
        return most > 20 * least
    }

    /// The natural logarithm.
    static func log(_ value: Double) -> Double { Foundation.log(value) }

    static func isLog(_ values: [JSON], of metric: Metric) -> Bool {
        isLog(values.compactMap { if case .number(let value) = $0 { value } else { nil } }, of: metric)
    }
}
