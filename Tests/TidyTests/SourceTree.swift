import Foundation

/// One file of the project, read once.
struct SourceFile: Sendable {
    /// Relative to the project's root.
    let path: String
    let byteCount: Int
    /// Empty for a file that isn't text.
    let lines: [Substring]
    /// Empty unless the file is Swift.
    let tokens: [Token]

    /// A file with the given text.
    init(path: String, text: String, byteCount: Int? = nil) {
        self.path = path
        self.byteCount = byteCount ?? text.utf8.count
        let all = text.split(separator: "\n", omittingEmptySubsequences: false)
        lines = all.last == "" ? all.dropLast() : all
        tokens = path.hasSuffix(".swift") ? SwiftTokens.of(text) : []
    }

    /// A file read from disk.
    init(path: String, under root: URL) throws {
        let data = try Data(contentsOf: root.appending(path: path))
        let text = data.contains(0) ? nil : String(data: data, encoding: .utf8)
        self.init(path: path, text: text ?? "", byteCount: data.count)
    }

    /// The last part of the path.
    var name: String { String(path.split(separator: "/").last ?? "") }
    /// The name without its last extension.
    var stem: String { (name as NSString).deletingPathExtension }
    /// Whether a person wrote it as Swift.
    var isWrittenSwift: Bool { name.hasSuffix(".swift") && !name.hasSuffix(".pb.swift") }
    /// The module that the file belongs to; nil outside the modules.
    var module: String? {
        let parts = path.split(separator: "/").map(String.init)
        switch parts.first {
        case "Sources" where parts.count > 2: return parts[1]
        case "Environments", "Agents": return parts[0]
        default: return nil
        }
    }
}

/// The project's own files: everything under its root that git wouldn't ignore.
enum SourceTree {
    /// The folder that holds Package.swift.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every file, in order of path.
    static func files() throws -> [SourceFile] {
        let ignored = try ignoredPatterns()
        var found: [String] = []
        var folders = [""]
        while let folder = folders.popLast() {
            for name in try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path) {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                if ignored.contains(where: { fnmatch($0, name, 0) == 0 || fnmatch($0, path, 0) == 0 }) { continue }
                let values = try root.appending(path: path).resourceValues(forKeys: [
                    .isDirectoryKey, .isRegularFileKey,
                ])
                if values.isDirectory == true { folders.append(path) }
                if values.isRegularFile == true { found.append(path) }
            }
        }
        return try found.sorted().map { try SourceFile(path: $0, under: root) }
    }

    /// The patterns of .gitignore without their slashes at either end: names, or paths from the root.
    private static func ignoredPatterns() throws -> [String] {
        let text = try String(contentsOf: root.appending(path: ".gitignore"), encoding: .utf8)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "/ ")) } + [".git"]
    }
}
