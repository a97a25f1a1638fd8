extension Space {
    /// Whether the action keeps to a mask: for each categorical parameter in order, which choices are legal now. An
    /// inactive parameter is free, and so is one of which no choice, or no mask, is given.
    public func allows(_ action: Action, legal: [[Bool]]?) -> Bool {
        guard let legal else { return true }
        let flags = active(action)
        return maskRows(legal).allSatisfy { place, row in !flags[place] || Space.admits(row, action[place]) }
    }

    /// The canonical action in which every choice that the mask forbids is replaced by a uniform legal one.
    /// Constraints are not looked at.
    public func masked(_ action: Action, legal: [[Bool]]?, _ generator: inout Generator) -> Action {
        guard let legal else { return canonical(action) }
        var result = action
        for (place, row) in maskRows(legal) where !Space.admits(row, result[place]) {
            let choices = row.indices.filter { row[$0] }
            result[place] = Double(choices[generator.below(choices.count)])
        }
        return canonical(result)
    }

    /// The rows of a mask that forbid something, each with the place of its parameter.
    private func maskRows(_ legal: [[Bool]]) -> [(place: Int, row: [Bool])] {
        let categoricals = parameters.indices.filter { parameters[$0].isCategorical }
        return zip(categoricals, legal).filter { place, row in
            Double(row.count) == parameters[place].count && row.contains(true) && row.contains(false)
        }.map { ($0, $1) }
    }

    private static func admits(_ row: [Bool], _ value: Double) -> Bool {
        guard let choice = Int(exactly: value), row.indices.contains(choice) else { return false }
        return row[choice]
    }
}
