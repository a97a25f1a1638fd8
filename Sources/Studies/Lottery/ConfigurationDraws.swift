import Foundation
import Gym
import Learning

/// Draws configurations of an agent: numbers evenly on their scale, real ones with four digits, none twice.
struct ConfigurationDraws {
    private let space: Space
    private let sequence: Sobol?
    private var generator: Generator
    private var point: UInt32 = 0
    private static let patience = 10_000

    /// Draws from a space; equal seeds and names draw the same.
    init(_ space: Space, method: Lottery.Method, seed: UInt64, name: String) {
        self.space = space
        var generator = Generator(seed: seed, "lottery", name)
        let seeds = space.parameters.map { _ in UInt32(truncatingIfNeeded: generator.next()) }
        sequence = method == .sobol ? Sobol(seeds: seeds) : nil
        self.generator = generator
    }

    /// So many different configurations, or all of a space that has fewer. Those that break a constraint of the agent's
    /// own space are passed over.
    func values(_ count: Int, of agent: AgentEntry, fixed: [String: Value]) throws -> [[String: Value]] {
        guard !space.parameters.isEmpty else { return [] }
        var draws = self
        var (seen, found, misses): (Set<Action>, [[String: Value]], Int) = ([], [], 0)
        while found.count < count, Double(found.count) < space.cardinality, misses < Self.patience {
            let action = draws.next()
            misses += 1
            guard seen.insert(action).inserted else { continue }
            var values = fixed
            for (parameter, value) in zip(space.parameters, action) { values[parameter.name] = parameter.named(value) }
            guard agent.allows(values) else { continue }
            found.append(values)
            misses = 0
        }
        return found
    }

    private mutating func next() -> Action {
        defer { point &+= 1 }
        return space.parameters.indices.map { index in
            let share = sequence?.coordinate(index, of: point) ?? generator.unit()
            return space.parameters[index].value(at: share)
        }
    }
}

extension AgentEntry {
    /// Whether the values keep the constraints of the agent's space; where some are left to the agent none is tested.
    fileprivate func allows(_ values: [String: Value]) -> Bool {
        guard !hyperparameters.constraints.isEmpty else { return true }
        guard let settings = try? Settings(values, space: hyperparameters),
            settings.values.count == hyperparameters.parameters.count
        else { return true }
        return (try? hyperparameters.action(named: settings.values)) != nil
    }
}

extension Parameter {
    /// The value at a share in [0, 1) of the domain: of its scale where there is one, else of its values.
    fileprivate func value(at share: Double) -> Double {
        if let count = discreteCount, scale == .linear { return value(at: min(count - 1, Int(share * Double(count)))) }
        let value = decode(share)
        guard case .real(let range) = domain else { return value }
        // Four digits are enough to tell configurations apart, and manifests stay legible.
        return min(range.upperBound, max(range.lowerBound, Double(String(format: "%.3e", value)) ?? value))
    }
}
