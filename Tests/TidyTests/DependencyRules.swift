extension Rule {
    /// What each module may import of the project and of its packages: the table that the architecture rests on.
    static let permitted: [String: Set<String>] = [
        "Gym": [],
        "Learning": [],
        "Wire": ["Gym", "SwiftProtobuf"],
        "Exchange": ["Gym", "Wire", "CZeroMQ"],
        "Samples": ["Gym", "GRDB", "GRDBSQLite"],
        "Files": ["Gym", "Yams"],
        "Environments": ["Gym", "Files"],
        "Agents": ["Gym", "Learning"],
        "Proxies": ["Gym", "Learning"],
        "Studies": ["Gym", "Learning", "Files", "Exchange", "Samples", "Proxies"],
        "Reports": ["Gym", "Learning", "Samples", "Studies", "FlyingFox", "FlyingSocks"],
        "sextant": [
            "Gym", "Learning", "Wire", "Exchange", "Samples", "Files", "Environments", "Agents", "Proxies", "Studies",
            "Reports", "ArgumentParser",
        ],
    ]
    /// What comes with the toolchain; the pure modules may have only its mathematics.
    static let system: Set<String> = [
        "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Glibc", "Darwin", "Musl",
    ]
    static let mathematics: Set<String> = ["Glibc", "Darwin", "Musl"]
    static let pureModules: Set<String> = ["Gym", "Wire", "Learning"]

    /// What reaches a clock, a thread, a file or the terminal without Foundation, which these modules can't import.
    static let impureCalls: Set<String> = [
        "print", "debugPrint", "readLine", "printf", "puts", "fputs", "fopen", "open", "getenv", "clock",
        "clock_gettime", "gettimeofday", "sleep", "usleep", "nanosleep", "pthread_create",
    ]
    static let impureTypes: Set<String> = ["ContinuousClock", "SuspendingClock"]

    /// Rules about who may know what.
    static let dependencies = [
        Rule(
            "imports follow the module table",
            ofFile: { file in
                guard let module = file.module, file.isWrittenSwift else { return [] }
                guard let packages = permitted[module] else { return [(1, "module \(module) is not in the table")] }
                let allowed = packages.union(pureModules.contains(module) ? mathematics : system)
                return Imports.of(file.tokens).filter { !allowed.contains($0.text) }.map {
                    ($0.line, "\(module) may not import \($0.text)")
                }
            }),
        Rule(
            "tests see only what a user of the module sees",
            ofFile: { file in
                file.tokens.filter { $0.text == "testable" }.map {
                    ($0.line, "tests are built in release: no @testable")
                }
            }),
        Rule(
            "Gym, Wire and Learning have no clock, thread, file or output",
            ofFile: { file in
                guard let module = file.module, file.isWrittenSwift, pureModules.contains(module) else { return [] }
                let types = file.tokens.filter { impureTypes.contains($0.text) }
                return (calls(of: impureCalls, in: file.tokens) + types).sorted { $0.line < $1.line }.map {
                    ($0.line, "\(module) may not use \($0.text)")
                }
            }),
        Rule(
            "results never depend on the system's randomness",
            ofFile: { file in
                guard file.module != nil else { return [] }
                return systemDraws(in: file.tokens).map {
                    ($0.line, "\($0.text) draws from the system: use a Generator")
                }
            }),
        Rule(
            "only the program exits",
            ofFile: { file in
                guard let module = file.module, module != "sextant" else { return [] }
                return calls(of: ["exit", "_exit", "abort"], in: file.tokens).map {
                    ($0.line, "\(module) may not call \($0.text): throw, and let the program exit")
                }
            }),
    ]

    /// Where free functions of these names are called; members and declarations of the same name are others' business.
    private static func calls(of names: Set<String>, in tokens: [Token]) -> [Token] {
        tokens.indices.dropLast().filter { index in
            let before = index > 0 ? tokens[index - 1].text : ""
            return names.contains(tokens[index].text) && tokens[index + 1].text == "("
                && before != "." && before != "func"
        }.map { tokens[$0] }
    }

    /// Where the standard library draws without being told from which generator.
    private static func systemDraws(in tokens: [Token]) -> [Token] {
        tokens.indices.filter { index in
            let next = tokens[(index + 1)...].prefix(2).map(\.text)
            switch tokens[index].text {
            case "SystemRandomNumberGenerator", "hashValue": return true
            case "Hasher": return next.first == "("
            case "shuffled", "shuffle", "randomElement": return next == ["(", ")"]
            case "random" where next == ["(", "in"] || next == ["(", ")"]:
                return !tokens[index...].prefix { $0.line == tokens[index].line }.contains { $0.text == "using" }
            default: return false
            }
        }.map { tokens[$0] }
    }
}

/// Finds import declarations.
enum Imports {
    private static let kinds: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]

    /// The modules that are imported, each with its line.
    static func of(_ tokens: [Token]) -> [Token] {
        tokens.indices.compactMap { index in
            guard tokens[index].text == "import", index + 1 < tokens.count else { return nil }
            let rest = tokens[(index + 1)...].prefix { $0.line == tokens[index].line }
            let name = rest.first.map { kinds.contains($0.text) } == true ? rest.dropFirst().first : rest.first
            guard let name, name.isWord else { return nil }
            return name
        }
    }
}
