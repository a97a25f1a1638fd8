extension Parameter {
    /// A value in natural coordinates as a person reads it: a categorical's word, else the number.
    public func named(_ value: Double) -> Value {
        if case .categorical(let choices) = domain, let index = Int(exactly: value), choices.indices.contains(index) {
            return .text(choices[index])
        }
        return .number(value)
    }

    /// What a person wrote, in natural coordinates.
    ///
    /// - Throws: `GymError` with the given code that names the parameter, what it may be, and a guess.
    public func value(of written: Value, code: GymError.Code = .illegalAction) throws -> Double {
        if case .categorical(let choices) = domain {
            if let index = choices.firstIndex(of: written.text) { return Double(index) }
            let guess = Guess.closest(to: written.text, among: choices).map { "did you mean '\($0)'?" }
            throw GymError(
                code, "'\(name)' is '\(written.text)', which is none of its choices",
                hint: guess ?? "choices: " + choices.joined(separator: ", "), field: name)
        }
        guard let number = written.number else {
            throw GymError(
                code, "'\(name)' is '\(written.text)', not a number", hint: "it takes \(domainText)", field: name)
        }
        guard contains(number) else { throw outside(number, code: code) }
        return number
    }

    /// The error for a value that the domain does not hold.
    func outside(_ value: Double, code: GymError.Code = .illegalAction) -> GymError {
        let written = Value.format(value)
        switch domain {
        case .categorical(let choices):
            return GymError(
                code, "'\(name)' is \(written), not the index of a choice (0 … \(choices.count - 1))", field: name)
        case .ordinal where value >= lowest && value <= highest, .integer where value >= lowest && value <= highest:
            return GymError(code, "'\(name)' is \(written), which is not one of \(domainText)", field: name)
        default:
            return GymError(code, "'\(name)' is \(written), outside \(domainText)", field: name)
        }
    }

    /// The domain as a person reads it: `1 … 128`, `Open | Closed`.
    public var domainText: String {
        switch domain {
        case .integer(let range, let step):
            "\(range.lowerBound) … \(range.upperBound)" + (step == 1 ? "" : " by \(step)")
        case .real(let range): "\(Value.format(range.lowerBound)) … \(Value.format(range.upperBound))"
        case .ordinal(let values): values.map(Value.format).joined(separator: " | ")
        case .categorical(let choices): choices.joined(separator: " | ")
        }
    }
}
