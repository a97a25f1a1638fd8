extension EnvironmentSpec {
    /// At most this many metrics.
    public static let metricLimit = 500
    /// At most this many numbers in an observation.
    public static let observationLimit = 100_000
    /// At most this many characters in an id or a name.
    public static let nameLimit = 100

    /// Checks a description that came from outside; its space was checked when it was made.
    ///
    /// - Throws: `GymError` (`bad-input`) that names what is wrong: an id that is not `name-vN`, a name that is empty,
    ///   too long or there twice, no metrics, a horizon below 1, or a reference that does not fit.
    public func checked() throws -> EnvironmentSpec {
        if let flaw { throw GymError(.badInput, "the environment '\(id.prefix(EnvironmentSpec.nameLimit))' \(flaw)") }
        return self
    }

    /// What is wrong, as the rest of a sentence; nil where nothing is.
    private var flaw: String? {
        guard EnvironmentSpec.isID(id) else {
            return "has an id that is not lower-case words joined by '-' with a version, such as 'my-cache-v0'"
        }
        guard (1...EnvironmentSpec.metricLimit).contains(metrics.count) else {
            return "has \(metrics.count) metrics; 1 … \(EnvironmentSpec.metricLimit) are possible"
        }
        guard (1...1_000_000_000).contains(horizon) else { return "has a horizon of \(horizon) steps" }
        guard !isPure || horizon == 1 else { return "is called pure, but has episodes of \(horizon) steps" }
        guard !isPure || observationNames.isEmpty else { return "is called pure, but shows observations" }
        guard observationNames.count <= EnvironmentSpec.observationLimit else {
            return "has observations of \(observationNames.count) numbers"
        }
        guard reference.count == metrics.count, reference.allSatisfy({ $0?.isFinite ?? true }) else {
            return "has a reference that is not one finite number per metric"
        }
        guard traits.count <= EnvironmentSpec.observationLimit, traits.allSatisfy(\.isFinite) else {
            return "has traits that are not finite numbers"
        }
        // The log's columns are compared without regard to case.
        var seen: Set<String> = []
        for name in actionSpace.parameters.map(\.name) + metrics.map(\.name) {
            guard EnvironmentSpec.isName(name) else { return "has a bad name: '\(name.prefix(40))'" }
            guard seen.insert(name.lowercased()).inserted else { return "has two quantities called '\(name)'" }
        }
        return nil
    }

    private static func isID(_ text: String) -> Bool {
        let words = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard text.utf8.count <= nameLimit, words.count > 1, let version = words.last?.dropFirst(),
            words.last?.first == UInt8(ascii: "v")
        else { return false }
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        return !version.isEmpty && version.allSatisfy(isDigit)
            && words.allSatisfy { word in
                !word.isEmpty
                    && word.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || isDigit($0) }
            }
    }

    /// Anything that a column can be called and a person can type.
    private static func isName(_ text: String) -> Bool {
        (1...nameLimit).contains(text.count) && !text.hasPrefix("_")
            && text.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 && $0 != "\"" && $0 != "'" }
    }
}
