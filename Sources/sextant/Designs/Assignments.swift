import Gym

/// `name=value` arguments, as `--option` and `--set` take them.
enum Assignments {
    /// The values by name, the last of a name counting.
    ///
    /// - Throws: `GymError` (`usage`) for an argument without `=`.
    static func parse(_ arguments: [String], of flag: String) throws -> [String: Value] {
        var values: [String: Value] = [:]
        for argument in arguments {
            guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else {
                throw GymError(
                    .usage, "'\(flag) \(argument)' has no '='", hint: "write \(flag) name=value")
            }
            values[String(argument[..<equals])] = Value(parsing: String(argument[argument.index(after: equals)...]))
        }
        return values
    }
}
