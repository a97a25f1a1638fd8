/// One option of an environment, chosen when an instance is made.
public struct OptionSpec: Sendable, Hashable {
    /// What an option may be.
    public enum Kind: Sendable, Hashable {
        /// One of these words.
        case choice([String])
        /// A number in a range.
        case number(ClosedRange<Double>)
        /// Any text of at most 1,000 characters.
        case text
        /// A workload: one of these built-in names, or a file.
        case workload([String])
    }

    /// Lower-case words joined by `_`.
    public let name: String
    /// What it may be.
    public let kind: Kind
    /// What it is when nothing is given.
    public let defaultValue: Value
    /// What it changes, in one line, with its unit.
    public let note: String

    /// Declares an option.
    public init(_ name: String, _ kind: Kind, default defaultValue: Value, note: String) {
        (self.name, self.kind, self.defaultValue, self.note) = (name, kind, defaultValue, note)
    }

    /// The kind as a person reads it.
    public var kindText: String {
        switch kind {
        case .choice(let words): words.joined(separator: " | ")
        case .number(let range): "\(Value.format(range.lowerBound)) … \(Value.format(range.upperBound))"
        case .text: "text"
        case .workload(let names): (names + ["a file"]).joined(separator: " | ")
        }
    }
}

/// A workload file: how the user named it, where it lies, and what it holds.
public struct WorkloadFile: Sendable, Hashable {
    /// The name that log and clients know it by.
    public let name: String
    /// Where this process reads it.
    public let path: String
    /// What it holds, as `ContentHash.text`; equal contents are equal workloads.
    public let contentHash: String

    /// Names a file.
    public init(name: String, path: String, contentHash: String) {
        (self.name, self.path, self.contentHash) = (name, path, contentHash)
    }
}

/// The complete options of an environment instance: a value for every declared option.
public struct Options: Sendable, Hashable {
    /// Every option by name.
    public let values: [String: Value]
    /// The options that name a file, by the option's name.
    public let files: [String: WorkloadFile]

    /// Fills in defaults and checks what was given. `workloads` are the files that may be named.
    ///
    /// - Throws: `GymError` (`bad-option`): an unknown option or word with a guess, or a number outside its range.
    public init(
        _ given: [String: Value] = [:], declared: [OptionSpec], workloads: [String: WorkloadFile] = [:]
    ) throws {
        for name in given.keys.sorted() where !declared.contains(where: { $0.name == name }) {
            throw GymError.unknown(.badOption, "option", name, among: declared.map(\.name))
        }
        var values: [String: Value] = [:]
        var files: [String: WorkloadFile] = [:]
        for option in declared {
            let value = given[option.name] ?? option.defaultValue
            values[option.name] = try option.checked(value, workloads: workloads)
            if case .workload(let names) = option.kind, !names.contains(value.text) {
                files[option.name] = workloads[value.text]
            }
        }
        (self.values, self.files) = (values, files)
    }

    /// The option's number; 0 for a name that is not declared, which is a mistake in the program.
    public func number(_ name: String) -> Double { values[name]?.number ?? 0 }

    /// The option's word; empty for a name that is not declared, which is a mistake in the program.
    public func text(_ name: String) -> String { values[name]?.text ?? "" }

    /// What identifies an instance: every option in order of name, files by their content.
    public var identity: String {
        values.keys.sorted().map { "\($0)=\(files[$0]?.contentHash ?? Options.escaped(values[$0]?.text ?? ""))" }
            .joined(separator: ";")
    }

    /// A text in which `;` and `\` are led by `\`, so that no two sets of options read alike.
    private static func escaped(_ text: String) -> String {
        String(text.flatMap { $0 == ";" || $0 == "\\" ? ["\\", $0] : [$0] })
    }
}

extension OptionSpec {
    fileprivate func checked(_ value: Value, workloads: [String: WorkloadFile]) throws -> Value {
        switch kind {
        case .choice(let words):
            guard words.contains(value.text) else {
                throw GymError.unknown(.badOption, "choice of '\(name)'", value.text, among: words)
            }
            return .text(value.text)
        case .number(let range):
            guard let number = value.number, range.contains(number) else {
                throw GymError(.badOption, "'\(name)' is \(value.text), outside \(kindText)", field: name)
            }
            return .number(number)
        case .text:
            guard value.text.count <= 1_000 else {
                throw GymError(.badOption, "'\(name)' has more than 1,000 characters", field: name)
            }
            return value
        case .workload(let names):
            guard names.contains(value.text) || workloads[value.text] != nil else {
                throw GymError.unknown(
                    .badOption, "workload", value.text, among: names + workloads.keys.sorted(),
                    hint: "built in: " + names.joined(separator: ", "))
            }
            return .text(value.text)
        }
    }
}
