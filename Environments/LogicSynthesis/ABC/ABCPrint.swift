import Foundation

/// What `print_stats` says of the current network.
struct ABCPrint {
    private let line: Substring

    /// The last line of a reply that has statistics; nil where there is none.
    init?(_ reply: String, with mark: String = "i/o =") {
        guard let line = reply.split(separator: "\n").last(where: { $0.contains(mark) }) else { return nil }
        self.line = line
    }

    /// The number after `key =`, whatever blanks are between; nil where the key is not there.
    func number(_ key: String) -> Double? {
        var rest = line[...]
        while let found = rest.range(of: key) {
            let before = found.lowerBound == line.startIndex ? " " : line[line.index(before: found.lowerBound)]
            let after = rest[found.upperBound...].drop { $0 == " " }
            if before == " " || before == ":", after.first == "=" {
                let word = after.dropFirst().drop { $0 == " " }.prefix { $0.isNumber || $0 == "." || $0 == "-" }
                return Double(word)
            }
            rest = rest[found.upperBound...]
        }
        return nil
    }

    /// What a reply complains of; nil where it does not. ABC goes on after an error, so only the text tells.
    static func complaint(_ reply: String) -> String? {
        let marks = [
            "Error", "error:", "Cannot ", "cannot ", "has failed", "not available", "There is no", "Assertion",
        ]
        // A mapper that can't keep its limit says so and goes on: how far it missed it is a result.
        return reply.split(separator: "\n")
            .first { line in !line.contains("Continue anyway") && marks.contains { line.contains($0) } }
            .map { String($0.prefix(200)).trimmingCharacters(in: .whitespaces) }
    }
}
