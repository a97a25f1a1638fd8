extension Snippet {
    /// For every rule at least one snippet that breaks it and one that comes close and does not.
    static let all = sizes + names + dependencies + texts

    private static func lines(_ count: Int) -> String { String(repeating: "let x = 1\n", count: count) }

    private static let sizes = [
        Snippet("a Swift file has at most 400 lines", "Sources/Gym/A.swift", lines(401), breaksAt: [401]),
        Snippet("a Swift file has at most 400 lines", "Sources/Gym/A.swift", lines(400)),
        Snippet("a Swift file has at most 400 lines", "Sources/Wire/a.pb.swift", lines(401)),
        Snippet("the median source file has at most 160 lines", "Agents/A.swift", lines(161), breaksAt: [1]),
        Snippet("the median source file has at most 160 lines", "Agents/A.swift", lines(160)),
        Snippet("a function has at most 60 lines", "A.swift", "\nfunc f() {\n\(lines(61))}\n", breaksAt: [2]),
        Snippet("a function has at most 60 lines", "A.swift", "init() {\n// {\n\(lines(60))}\n", breaksAt: [1]),
        Snippet("a function has at most 60 lines", "A.swift", "func f() {\n\(lines(60))}\n\(lines(60))"),
        Snippet(
            "a line has at most 120 columns", "A.swift", "\n//" + String(repeating: "é", count: 119), breaksAt: [2]),
        Snippet("a line has at most 120 columns", "A.swift", "//" + String(repeating: "é", count: 118)),
        Snippet("a file has at most 1 MiB", "a.csv", String(repeating: "1", count: 1 << 20 + 1), breaksAt: [1]),
        Snippet("a file has at most 1 MiB", "a.csv", String(repeating: "1", count: 1 << 20)),
    ]

    private static let names = [
        Snippet("a type's name says what it does", "A.swift", "\nstruct SessionManager {}", breaksAt: [2]),
        Snippet("a type's name says what it does", "A.swift", "class BaseAgent {}\nenum Utils {}", breaksAt: [1, 2]),
        Snippet("a type's name says what it does", "A.swift", "struct Baseline {}\nstruct Database {} // class Base"),
        Snippet("a file's name says what it holds", "Tests/GymTests/TestHelpers.swift", "", breaksAt: [1]),
        Snippet("a file's name says what it holds", "Tests/GymTests/Baseline.swift", ""),
        Snippet("no module bears the name of a type inside it", "Agents/A.swift", "enum Agents {}", breaksAt: [1]),
        Snippet("no module bears the name of a type inside it", "Sources/Gym/A.swift", "enum Agents {}"),
    ]

    private static let dependencies = [
        Snippet("imports follow the module table", "Agents/A.swift", "import Gym\nimport Environments", breaksAt: [2]),
        Snippet("imports follow the module table", "Environments/A.swift", "public import Agents", breaksAt: [1]),
        Snippet(
            "imports follow the module table", "Sources/Gym/A.swift", "import struct Foundation.URL", breaksAt: [1]),
        Snippet("imports follow the module table", "Sources/Studies/A.swift", "import GRDB", breaksAt: [1]),
        Snippet("imports follow the module table", "Sources/Studies/A.swift", "import CZeroMQ", breaksAt: [1]),
        Snippet("imports follow the module table", "Sources/Odds/A.swift", "import Gym", breaksAt: [1]),
        Snippet("imports follow the module table", "Sources/Gym/A.swift", "#if canImport(Glibc)\nimport Glibc\n#endif"),
        Snippet("imports follow the module table", "Sources/Exchange/A.swift", "import CZeroMQ\n// import Yams"),
        Snippet(
            "tests see only what a user of the module sees", "Tests/A.swift", "@testable import Gym", breaksAt: [1]),
        Snippet("tests see only what a user of the module sees", "Tests/A.swift", "import Gym"),
        Snippet(
            "Gym, Wire and Learning have no clock, thread, file or output", "Sources/Gym/A.swift",
            "print(1)\nlet c = ContinuousClock()\nfopen(p, m)", breaksAt: [1, 2, 3]),
        Snippet(
            "Gym, Wire and Learning have no clock, thread, file or output", "Sources/Gym/A.swift",
            "func print() {}\nlet print = 1\n// print(1)\na.print()"),
        Snippet(
            "results never depend on the system's randomness", "Agents/A.swift",
            "Int.random(in: 0..<3)\nx.shuffled()\nx.hashValue", breaksAt: [1, 2, 3]),
        Snippet(
            "results never depend on the system's randomness", "Agents/A.swift",
            "Int.random(in: 0..<3, using: &g)\nx.shuffled(using: &g)\nfunc hash(into h: inout Hasher) {}"),
        Snippet("only the program exits", "Sources/Exchange/A.swift", "\nexit(1)", breaksAt: [2]),
        Snippet("only the program exits", "Sources/sextant/A.swift", "exit(1)"),
        Snippet("only the program exits", "Sources/Exchange/A.swift", "thread.exit()"),
    ]

    private static let texts = [
        Snippet("nothing is left for later", "Makefile", "a\n# " + "TO" + "DO: b", breaksAt: [2]),
        Snippet("nothing is left for later", "A.swift", "// " + "FIX" + "ME" + "\n" + "XX" + "X", breaksAt: [1, 2]),
        Snippet("nothing is left for later", "A.swift", "let name = \"mktemp.XXXXXX\""),
        Snippet("no path of one machine", "docs/a.md", "see\n`" + "/" + "work/data`", breaksAt: [2]),
        Snippet("no path of one machine", "a.py", "open('" + "/" + "farm')", breaksAt: [1]),
        Snippet("no path of one machine", "a.py", "open('/workloads/a'), a/work/b, /work-a"),
        Snippet("a Markdown file has one title", "a.md", "# A\n# B\n", breaksAt: [2]),
        Snippet("a Markdown file has one title", "a.md", "## A\n", breaksAt: [1]),
        Snippet("a Markdown file has one title", "a.md", "# A\n```\n# a comment\n```\n"),
        Snippet("a catalog's line has its file", "Agents/Catalog.swift", "[\n    Missing.self,\n]", breaksAt: [2]),
        Snippet("a catalog's line has its file", "Agents/Catalog.swift", "/// Missing.self\nlet agents = [a, b]"),
    ]
}
