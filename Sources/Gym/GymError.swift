/// What went wrong, in the user's words: one sentence, where it stands, and the smallest fix.
///
/// The same value travels everywhere: it is printed by the program, sent over the wire (`code`, `message`, `hint`,
/// `field`) and thrown inside the libraries.
public struct GymError: Error, Sendable, Equatable {
    /// The stable, kebab-case name of a kind of error; never renamed, since clients compare it.
    public enum Code: String, Sendable, CaseIterable {
        case unknownEnvironment = "unknown-environment"
        case badOption = "bad-option"
        case illegalAction = "illegal-action"
        case stepBeforeReset = "step-before-reset"
        case tooLarge = "too-large"
        case unsupportedVersion = "unsupported-version"
        case expiredSession = "expired-session"
        case sessionLost = "session-lost"
        case unknownVerb = "unknown-verb"
        case malformed = "malformed"
        case stale = "stale"
        case outOfOrder = "out-of-order"
        case busy = "busy"
        case readOnly = "read-only"
        case `internal` = "internal"
        case usage = "usage"
        case badInput = "bad-input"
        case unreachable = "unreachable"
        case logUnusable = "log-unusable"
        case replayMismatch = "replay-mismatch"
        case allFailed = "all-failed"
        case interrupted = "interrupted"
    }

    /// A stretch of one line in a text file: what the caret points at.
    public struct Place: Sendable, Equatable {
        /// The file as the user named it.
        public var file: String
        /// Counted from 1.
        public var line: Int
        /// Counted from 1, in characters.
        public var column: Int
        /// How many characters the caret underlines, at least 1.
        public var length: Int
        /// The whole line, without its newline.
        public var text: String

        /// Names a stretch of a line.
        public init(file: String, line: Int, column: Int = 1, length: Int = 1, text: String) {
            (self.file, self.line, self.column, self.length, self.text) = (file, line, column, length, text)
        }
    }

    /// The stable kind.
    public var code: Code
    /// One sentence in the user's words, without a full stop.
    public var message: String
    /// The smallest fix, often a command, a line each where there are several; nil where there is none to give.
    public var hint: String?
    /// The parameter, option or key that is wrong; nil where no single one is.
    public var field: String?
    /// Where in a file; nil where no file is meant.
    public var place: Place?

    /// Makes an error of a kind from its sentence.
    public init(_ code: Code, _ message: String, hint: String? = nil, field: String? = nil, place: Place? = nil) {
        (self.code, self.message, self.hint, self.field, self.place) = (code, message, hint, field, place)
    }

    /// The error for a name that is not among the known ones: guesses what was meant, or lists up to eight.
    public static func unknown(
        _ code: Code, _ kind: String, _ name: String, among known: [String], hint: String? = nil
    ) -> GymError {
        var fix = hint
        if let guess = Guess.closest(to: name, among: known) {
            fix = "did you mean '\(guess)'?"
        } else if known.count <= 8, !known.isEmpty {
            fix = "known: " + known.joined(separator: ", ")
        }
        return GymError(code, "no \(kind) named '\(name)'", hint: fix, field: name)
    }
}

extension GymError: CustomStringConvertible {
    /// The message with its place and hint on one line, for logs and test failures.
    public var description: String {
        let spot = place.map { "\($0.file):\($0.line): " } ?? ""
        let fix = hint.map { " (\($0.split(separator: "\n").joined(separator: "; ")))" } ?? ""
        return "\(spot)\(message)\(fix)"
    }
}
