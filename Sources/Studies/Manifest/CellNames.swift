import Gym

/// Names the cells of a study: the agent with its draw in a lottery, and whatever the sweep varies among the cells of
/// that agent.
struct CellNames {
    /// One per cell, none twice.
    let names: [String]

    init(_ cells: [Cell], sweptParts: Set<String>) {
        let facets = cells.map { CellNames.facets(of: $0, in: sweptParts) }
        let stems = cells.map { cell in cell.draw.map { "\($0.contender)-d\($0.number)" } ?? cell.agent.name }
        // What takes two values or more among the cells of one agent tells them apart, and so does a key that only some
        // of them have.
        var firstTexts: [String: [String: String]] = [:]
        var (sizes, bearers): ([String: Int], [String: [String: Int]]) = ([:], [:])
        var varying: [String: Set<String>] = [:]
        for (stem, facets) in zip(stems, facets) {
            sizes[stem, default: 0] += 1
            for facet in facets {
                bearers[stem, default: [:]][facet.key, default: 0] += 1
                let first = firstTexts[stem]?[facet.key]
                if first == nil { firstTexts[stem, default: [:]][facet.key] = facet.text }
                if let first, first != facet.text { varying[stem, default: []].insert(facet.key) }
            }
        }
        for (stem, counts) in bearers {
            for (key, count) in counts where !key.contains(".") && count < sizes[stem] ?? 0 {
                varying[stem, default: []].insert(key)
            }
        }
        var uses: [String: Int] = [:]
        names = zip(stems, facets).map { stem, facets in
            let telling = facets.filter { varying[stem]?.contains($0.key) == true }
            let name = ([stem] + telling.map(\.label)).joined(separator: "-")
            let short = String(CellNames.cleaned(name).prefix(100))
            uses[short, default: 0] += 1
            return uses[short] == 1 ? short : "\(short).\(uses[short] ?? 0)"
        }
    }

    private struct Facet {
        let key: String
        let text: String
        let label: String
    }

    private static func facets(of cell: Cell, in parts: Set<String>) -> [Facet] {
        cell.parts.filter { parts.contains($0.key) }.flatMap { key, part in
            switch part {
            case .whole(let text): return [Facet(key: key, text: text, label: label(key, text))]
            case .entries(let entries):
                return entries.map { Facet(key: "\(key).\($0.name)", text: $0.text, label: label($0.name, $0.text)) }
            }
        }
    }

    /// A word speaks for itself, a file by its last component; a number needs its name.
    private static func label(_ name: String, _ text: String) -> String {
        if Double(text) != nil { return name + text }
        return String(text.split(separator: "/").last?.prefix(40) ?? "")
    }

    private static func cleaned(_ text: String) -> String {
        var result = ""
        for character in text {
            let isKept = character.isASCII && (character.isLetter || character.isNumber || "._".contains(character))
            if isKept { result.append(character) } else if result.last != "-" { result.append("-") }
        }
        return result.last == "-" ? String(result.dropLast()) : result
    }
}
