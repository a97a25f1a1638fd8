import Gym

/// Which parameters one of several learners decides.
enum ParameterGroups: String, CaseIterable {
    /// Each by its own.
    case parameter
    /// Those whose names begin with the same word, such as refresh_policy and refresh_max_postponed.
    case subsystem
    /// As many random groups of about the same size as are asked for.
    case random

    /// The places of each group's parameters; groups lie in the order of their first ones.
    func groups(of space: Space, count: Int, _ generator: inout Generator) -> [[Int]] {
        let places = Array(space.parameters.indices)
        switch self {
        case .parameter: return places.map { [$0] }
        case .subsystem:
            var groups: [[Int]] = []
            var places: [Substring: Int] = [:]
            for (place, parameter) in space.parameters.enumerated() {
                let word = parameter.name.prefix { $0 != "_" }
                if let group = places[word] {
                    groups[group].append(place)
                } else {
                    places[word] = groups.count
                    groups.append([place])
                }
            }
            return groups
        case .random:
            let shuffled = generator.shuffled(places)
            let count = max(1, min(count, places.count))
            return (0..<count).map { group in
                stride(from: group, to: shuffled.count, by: count).map { shuffled[$0] }.sorted()
            }.sorted { $0[0] < $1[0] }
        }
    }
}
