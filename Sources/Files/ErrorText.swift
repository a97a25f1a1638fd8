public import Gym

/// Shows an error the way a person reads it: what is wrong, where, the smallest fix.
///
/// ```
/// error: no agent named 'genetics'
///   --> Experiments/dram-power.yaml:3
///    3 | agent: { name: genetics, population: 32 }
///      |                ^^^^^^^^ did you mean 'genetic'?
///   help: sextant agents        lists all of them
/// ```
public enum ErrorText {
    /// The most characters of a source line that are shown.
    static let widest = 110

    /// The whole text, with a newline at its end. A hint's first line stands beside the caret when it is a guess;
    /// whatever else it says stands after `help:`.
    public static func render(_ error: GymError, isColoured: Bool = false) -> String {
        let red = isColoured ? ("\u{1B}[1;31m", "\u{1B}[0m") : ("", "")
        var help = (error.hint ?? "").split(separator: "\n").map(clean)
        var lines = ["\(red.0)error:\(red.1) \(clean(error.message))"]
        if let place = error.place {
            var remark = ""
            if let first = help.first, first.hasPrefix("did you mean") {
                remark = " " + first
                help.removeFirst()
            }
            lines += quotation(place, remark: remark, colour: red)
        }
        lines += help.map { "  help: \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quotation(
        _ place: GymError.Place, remark: String, colour: (String, String)
    ) -> [String] {
        let (text, column, length) = window(place)
        let isFile = !place.file.hasPrefix("--")
        let number = isFile ? "\(place.line)" : ""
        let width = max(4, number.count + 1)
        let gutter = String(repeating: " ", count: width - number.count)
        let caret =
            String(repeating: " ", count: column - 1) + colour.0 + String(repeating: "^", count: length) + colour.1
        return [
            "  --> \(clean(place.file))" + (isFile ? ":\(place.line)" : ""),
            "\(gutter)\(number) | \(text)",
            String(repeating: " ", count: width) + " | \(caret)\(remark)",
        ]
    }

    /// The part of the line around the caret that fits, with where the caret stands in it.
    private static func window(_ place: GymError.Place) -> (text: String, column: Int, length: Int) {
        let line = Array(clean(place.text))
        let column = min(max(1, place.column), line.count + 1)
        guard line.count > widest else {
            return (String(line), column, max(1, min(place.length, line.count - column + 1)))
        }
        let start = max(0, min(column - 21, line.count - widest))
        let end = min(line.count, start + widest)
        let shown = (start > 0 ? "…" : "") + String(line[start..<end]) + (end < line.count ? "…" : "")
        let shift = start > 0 ? 1 : 0
        return (shown, column - start + shift, max(1, min(place.length, end - column + 1)))
    }

    /// The text with spaces for control characters: nothing from outside may steer a terminal.
    public static func clean(_ text: some StringProtocol) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            result.append(isControl ? " " : scalar)
        }
        return String(result)
    }
}

extension GymError.Code {
    /// What the program exits with, by `sysexits.h`: 1 the study ran and every trial failed, 64 usage, 65 bad input,
    /// 69 unreachable, 70 a mistake in Sextant, 74 the log, 130 interrupted.
    public var exitCode: Int32 {
        switch self {
        case .allFailed: 1
        case .usage: 64
        case .unknownEnvironment, .badOption, .illegalAction, .stepBeforeReset, .tooLarge, .malformed, .badInput,
            .replayMismatch:
            65
        case .unsupportedVersion, .expiredSession, .sessionLost, .unknownVerb, .stale, .outOfOrder, .busy,
            .unreachable:
            69
        case .internal: 70
        case .logUnusable, .readOnly: 74
        case .interrupted: 130
        }
    }
}
