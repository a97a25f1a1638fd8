/// One axis of a space.
public struct Parameter: Sendable, Hashable {
    /// Which values there are.
    public enum Domain: Sendable, Hashable {
        /// `range.lowerBound`, then every `step`-th integer up to `range.upperBound`.
        case integer(ClosedRange<Int>, step: Int = 1)
        /// Every double in the range.
        case real(ClosedRange<Double>)
        /// Numbers in rising order.
        case ordinal([Double])
        /// Named choices without an order; an action holds the index.
        case categorical([String])
    }

    /// Which feature a numeric parameter acts through; models of the space use it, the space itself does not change.
    public enum Scale: String, Sendable, Hashable, CaseIterable {
        case linear, log2, inverse
    }

    /// Lower-case words joined by `_`; unique in its space.
    public let name: String
    /// Which values there are.
    public let domain: Domain
    /// The scale on which equal steps matter about equally.
    public let scale: Scale
    /// The unit of its number, empty where it has none.
    public let unit: String
    /// What it means, in one line.
    public let note: String
    /// The value that is taken when none is given; nil where it is chosen from the circumstances, as the note says.
    public let defaultValue: Value?

    /// Declares an axis. Nothing is checked here: `Space` checks its parameters.
    public init(
        _ name: String, _ domain: Domain, scale: Scale = .linear, unit: String = "", default defaultValue: Value? = nil,
        note: String = ""
    ) {
        (self.name, self.domain, self.scale) = (name, domain, scale)
        (self.unit, self.note, self.defaultValue) = (unit, note, defaultValue)
    }

    /// How many values there are; infinite for a real.
    public var count: Double {
        switch domain {
        case .integer(let range, let step): Double((range.upperBound - range.lowerBound) / step + 1)
        case .real: .infinity
        case .ordinal(let values): Double(values.count)
        case .categorical(let choices): Double(choices.count)
        }
    }

    /// How many values there are where they can be counted; nil for a real.
    public var discreteCount: Int? {
        if case .real = domain { return nil }
        return Int(count)
    }

    /// The least value in natural coordinates; what an inactive parameter holds.
    public var lowest: Double {
        switch domain {
        case .integer(let range, _): Double(range.lowerBound)
        case .real(let range): range.lowerBound
        case .ordinal(let values): values.first ?? 0
        case .categorical: 0
        }
    }

    /// The greatest value in natural coordinates.
    public var highest: Double {
        switch domain {
        case .integer(let range, let step):
            Double(range.lowerBound + (range.upperBound - range.lowerBound) / step * step)
        case .real(let range): range.upperBound
        case .ordinal(let values): values.last ?? 0
        case .categorical(let choices): Double(choices.count - 1)
        }
    }

    /// The value with the given rank, `0 ..< discreteCount`; for a real always the lowest.
    public func value(at rank: Int) -> Double {
        switch domain {
        case .integer(let range, let step): Double(range.lowerBound + rank * step)
        case .real(let range): range.lowerBound
        case .ordinal(let values): values[rank]
        case .categorical: Double(rank)
        }
    }

    /// The rank of a value; nil where the domain does not hold it, or is real.
    public func rank(of value: Double) -> Int? {
        switch domain {
        case .integer(let range, let step):
            guard let whole = Int(exactly: value), range.contains(whole) else { return nil }
            return (whole - range.lowerBound).isMultiple(of: step) ? (whole - range.lowerBound) / step : nil
        case .real:
            return nil
        case .ordinal(let values):
            return values.firstIndex(of: value)
        case .categorical(let choices):
            guard let index = Int(exactly: value), choices.indices.contains(index) else { return nil }
            return index
        }
    }

    /// Whether the domain holds the value.
    public func contains(_ value: Double) -> Bool {
        if case .real(let range) = domain { return range.contains(value) }
        return rank(of: value) != nil
    }

    /// Whether the choices have no order.
    public var isCategorical: Bool {
        if case .categorical = domain { return true }
        return false
    }
}
