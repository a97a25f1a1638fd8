import Gym

/// The text that nodes point into: a file, or one `--set key=value` of the command line.
final class YAMLSource: Sendable {
    /// As the user named it; `--set` for the command line.
    let file: String
    private let text: String
    /// How many Unicode scalars of the first line stand before what was parsed.
    private let skipped: Int

    init(file: String, text: String, skipped: Int = 0) {
        (self.file, self.text, self.skipped) = (file, text, skipped)
    }

    /// The stretch that begins at a line and a column, both from 1, the column in Unicode scalars as libyaml counts.
    func place(line number: Int, column: Int, isPlain: Bool = false, plainLength: Int = 1) -> GymError.Place {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        // What is missing at the end of a file is missed after the last line that says something.
        guard number <= lines.count, lines[(max(1, number) - 1)...].contains(where: { !$0.isEmpty }) else {
            let last = lines.lastIndex { !$0.isEmpty } ?? 0
            return GymError.Place(
                file: file, line: last + 1, column: lines[last].count + 1, text: String(lines[last]))
        }
        let line = lines[max(1, number) - 1]
        let scalars = line.unicodeScalars
        let offset = max(0, column - 1) + (number == 1 ? skipped : 0)
        let start = scalars.index(scalars.startIndex, offsetBy: offset, limitedBy: scalars.endIndex) ?? line.endIndex
        let before = String(line[..<start]).count
        let rest = Array(line[start...])
        let length = isPlain ? min(plainLength, rest.count) : YAMLSource.extent(of: rest)
        return GymError.Place(
            file: file, line: number, column: before + 1, length: max(1, length), text: String(line))
    }

    /// How many characters what begins here takes on its line: to the closing quote or bracket, else to the end.
    private static func extent(of text: [Character]) -> Int {
        var quote: Character?
        var depth = 0
        var index = 0
        var last = 0
        while index < text.count {
            let character = text[index]
            if let open = quote {
                if character == "\\", open == "\"" { index += 1 } else if character == open { quote = nil }
            } else {
                switch character {
                case "\"", "'": quote = character
                case "[", "{": depth += 1
                case "]", "}": depth -= 1
                case "#" where index > 0 && text[index - 1] == " ": return last
                default: break
                }
            }
            if character != " " { last = index + 1 }
            let closes = character == "]" || character == "}" || character == text.first
            if closes, index > 0, quote == nil, depth <= 0, "[{\"'".contains(text[0]) { return index + 1 }
            index += 1
        }
        return last
    }
}
