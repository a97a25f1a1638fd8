/// Guesses what a misspelt name was meant to be.
public enum Guess {
    /// The known name within a third of its length in edits (at least one, at most three), the nearest first;
    /// nil when none is that near. Upper and lower case, `-` and `_` count as equal.
    public static func closest(to name: String, among known: [String]) -> String? {
        guard name.utf8.count <= 64 else { return nil }
        let wanted = folded(name)
        var best: (name: String, distance: Int)?
        for candidate in known {
            let other = folded(candidate)
            let limit = min(3, max(1, max(wanted.count, other.count) / 3))
            let distance = editDistance(wanted, other)
            if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.name
    }

    private static func folded(_ name: String) -> [Character] {
        name.lowercased().map { $0 == "_" ? "-" : $0 }
    }

    /// Edits (insert, remove, replace, swap of neighbours) between two short words, by dynamic programming.
    private static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + [Int](repeating: 0, count: b.count)
            for j in 1...b.count {
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
