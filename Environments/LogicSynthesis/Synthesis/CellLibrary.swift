import Files
import Foundation
import Gym

/// A library of cells to map to, checked: ABC dies on a file that is no library.
struct CellLibrary: Sendable, Hashable {
    let text: String
    let isLiberty: Bool
    /// What names it: its format and its content.
    let key: String

    /// What ABC reads it with, once it lies in the file `cells`.
    var command: String { isLiberty ? "read_lib cells" : "read_genlib cells" }

    private init(text: String, isLiberty: Bool) {
        (self.text, self.isLiberty) = (text, isLiberty)
        key = (isLiberty ? "liberty:" : "genlib:") + SHA256.text(Array(text.utf8)).prefix(12)
    }

    /// Sizes and delays by the method of logical effort (Sutherland, Sproull and Harris, 1999), in units of the
    /// inverter: area is the width of all transistors over the inverter's, the fixed delay is the parasitic one, and a
    /// load adds the gate's effort, a fifth of it per unit, so that a fan-out of five costs an effort once.
    private static let table:
        [(name: String, area: Double, function: String, phase: String, fixed: Double, effort: Double)] =
            [
                ("inv", 1, "!a", "INV", 1, 1), ("buf", 2, "a", "NONINV", 2, 1),
                ("nand2", 2.67, "!(a*b)", "INV", 2, 4 / 3), ("nand3", 5, "!(a*b*c)", "INV", 3, 5 / 3),
                ("nand4", 8, "!(a*b*c*d)", "INV", 4, 2), ("nor2", 3.33, "!(a+b)", "INV", 2, 5 / 3),
                ("nor3", 7, "!(a+b+c)", "INV", 3, 7 / 3), ("nor4", 12, "!(a+b+c+d)", "INV", 4, 3),
                ("and2", 3.67, "a*b", "NONINV", 3, 1), ("or2", 4.33, "a+b", "NONINV", 3, 1),
                ("aoi21", 5.67, "!(a*b+c)", "INV", 7 / 3, 2), ("oai21", 5.33, "!((a+b)*c)", "INV", 7 / 3, 2),
                ("aoi22", 8, "!(a*b+c*d)", "INV", 4, 2), ("oai22", 8, "!((a+b)*(c+d))", "INV", 4, 2),
                ("xor2", 10, "a*!b+!a*b", "UNKNOWN", 4, 4), ("xnor2", 10, "a*b+!a*!b", "UNKNOWN", 4, 4),
                ("mux2", 8, "s*a+!s*b", "UNKNOWN", 4, 2),
            ]

    /// The library that comes with Sextant.
    static let own = CellLibrary(
        text: (table.map { cell in
            let load = String(format: "%.3f %.3f", cell.fixed, cell.effort / 5)
            return "GATE \(cell.name) \(String(format: "%.2f", cell.area)) O=\(cell.function); "
                + "PIN * \(cell.phase) 1 999 \(load) \(load)"
        } + ["GATE zero 0 O=CONST0;", "GATE one 0 O=CONST1;"]).joined(separator: "\n") + "\n", isLiberty: false)

    /// Reads a library that a user gives: Liberty where it begins with `library`, else genlib.
    ///
    /// - Throws: `GymError` (`bad-input`) with what is wrong and where.
    init(path: String, name: String) throws {
        var lines: [String] = []
        try TextLines(path: path, name: name, byteLimit: 64 << 20, lineLimit: 1 << 16).forEach { line in
            lines.append(String(decoding: line.bytes, as: UTF8.self))
        }
        let text = lines.joined(separator: "\n") + "\n"
        let first = Self.withoutComments(text).trimmingCharacters(in: .whitespacesAndNewlines)
        let isLiberty = first.hasPrefix("library")
        if isLiberty {
            try Self.checkLiberty(first, name: name)
        } else {
            try GenlibReader.check(lines, name: name)
        }
        self.init(text: text, isLiberty: isLiberty)
    }

    private static func withoutComments(_ text: String) -> String {
        guard text.contains("/*") else { return text }
        return text.replacing(/\/\*[\s\S]*?\*\//, with: " ")
    }

    /// Braces, strings and the outermost groups; what is inside them remains ABC's to judge, in a process that may die.
    private static func checkLiberty(_ text: String, name: String) throws {
        func fault(_ flaw: String) -> GymError {
            GymError(.badInput, "'\(name)' is not a usable Liberty file: \(flaw)")
        }
        var (depth, isInString, deepest) = (0, false, 0)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): isInString.toggle()
            case UInt8(ascii: "{") where !isInString: depth += 1
            case UInt8(ascii: "}") where !isInString: depth -= 1
            case 0: throw fault("it is not a text")
            default: break
            }
            guard depth >= 0 else { throw fault("it closes a group that is not open") }
            deepest = max(deepest, depth)
        }
        guard depth == 0, !isInString else { throw fault("it ends inside a group or a string") }
        guard deepest >= 3, text.firstMatch(of: /\bcell\s*\(/) != nil else { throw fault("it has no cells") }
    }
}
