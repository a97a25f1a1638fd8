/// One quantity that an environment reports about a design, with its unit and which way is better.
public struct Metric: Sendable, Hashable {
    /// Which way is better.
    public enum Goal: String, Sendable, Hashable, CaseIterable {
        case minimize, maximize
    }

    /// Lower-case words joined by `_`; unique in its environment and different from every parameter's name.
    public let name: String
    /// As printed beside the number: `ns`, `uJ`, `GB/s`; `1` for a ratio or a count.
    public let unit: String
    /// Which way is better.
    public let goal: Goal
    /// Whether it is always above zero, so that its logarithm may be taken.
    public let isPositive: Bool
    /// Whether the same design always gives the same number.
    public let isDeterministic: Bool
    /// What exactly is measured, in one line.
    public let note: String

    /// Declares a metric.
    public init(
        _ name: String, unit: String, goal: Goal, isPositive: Bool = true, isDeterministic: Bool = true,
        note: String = ""
    ) {
        (self.name, self.unit, self.goal) = (name, unit, goal)
        (self.isPositive, self.isDeterministic, self.note) = (isPositive, isDeterministic, note)
    }
}
