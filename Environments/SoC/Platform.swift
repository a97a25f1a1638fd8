import Gym

/// A system on chip: clusters of equal processing elements, their frequencies and power, and what joins them.
package struct Platform: Sendable, Hashable {
    /// What a cluster is made of; it decides leakage and where its heat goes.
    package enum Kind: String, Sendable, CaseIterable {
        case little, big, accelerator, other, memory
    }

    /// A step of voltage and frequency.
    package struct OperatingPoint: Sendable, Hashable {
        /// MHz.
        package let frequency: Int
        /// V.
        package let voltage: Double
    }

    /// Power at one frequency, measured with 1, 2, … elements busy.
    package struct PowerLevel: Sendable, Hashable {
        /// MHz.
        package let frequency: Int
        /// W of the cluster, by how many of its elements are busy.
        package let watts: [Double]
    }

    /// Equal elements that share voltage and frequency.
    package struct Cluster: Sendable, Hashable {
        /// Unique on its platform.
        package let name: String
        /// What it is made of.
        package let kind: Kind
        /// How many elements there are.
        package var count: Int
        /// In rising order; empty for memory.
        package let points: [OperatingPoint]
        /// In rising order of frequency; the highest reaches at least the highest point.
        package let power: [PowerLevel]
        /// MHz to which the cluster falls beyond 85, 90 and 95 °C; nil where it does not fall.
        package let trips: [Int?]
        /// us of tasks that take another time here than their application says.
        package let times: [String: Double]
        /// How its frequency is chosen.
        package var governor: Governor = .performance
    }

    /// What it is called.
    package let name: String
    /// In the order in which elements are numbered; memory is the last one where there is any.
    package var clusters: [Cluster]
    /// Between clusters, by the place of both; symmetric.
    package var bandwidths: [[Double]]
    /// Of an element with itself.
    package let sameBandwidth: Double

    /// The place of a cluster.
    package func index(of name: String) -> Int? { clusters.firstIndex { $0.name == name } }

    /// The place of the memory; nil without one.
    package var memory: Int? { clusters.firstIndex { $0.kind == .memory } }

    /// The names of all elements but memory, a number behind those of larger clusters: `A7_1`, `VIT`.
    package var elementNames: [String] {
        clusters.filter { $0.kind != .memory }.flatMap { cluster in
            cluster.count == 1
                ? [cluster.name]
                : (1...max(1, cluster.count)).prefix(cluster.count).map {
                    "\(cluster.name)_\($0)"
                }
        }
    }

    /// The same platform with other numbers of elements; a cluster without elements is left out. Power of more busy
    /// elements than were measured goes on by its last step.
    package func resized(_ counts: [String: Int]) -> Platform {
        var result = self
        let kept = clusters.indices.filter { (counts[clusters[$0].name] ?? clusters[$0].count) > 0 }
        result.clusters = kept.map { place in
            var cluster = clusters[place]
            cluster.count = counts[cluster.name] ?? cluster.count
            return cluster
        }
        result.bandwidths = kept.map { row in kept.map { bandwidths[row][$0] } }
        return result
    }
}

/// How a cluster's frequency is chosen, every sampling period anew.
package enum Governor: Sendable, Hashable {
    /// Always the highest point.
    case performance
    /// Always the lowest point.
    case powersave
    /// The highest while the elements' utilisation adds up to more than 0.8, one point down below 0.3.
    case ondemand
    /// Always the point of this frequency in MHz.
    case constant(Int)

    /// As it is written: `performance`, `powersave`, `ondemand`, `constant-1000`.
    package init?(_ text: String) {
        switch text {
        case "performance": self = .performance
        case "powersave": self = .powersave
        case "ondemand": self = .ondemand
        default:
            guard text.hasPrefix("constant-"), let frequency = Int(text.dropFirst(9)) else { return nil }
            self = .constant(frequency)
        }
    }
}
