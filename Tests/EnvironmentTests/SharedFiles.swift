import Foundation

/// The golden data that lies in the folder `shared` beside the project; tests that need it are skipped without it.
enum SharedFiles {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared")

    /// Where a file lies.
    static func path(_ name: String) -> String { folder.appending(path: name).path(percentEncoded: false) }

    /// Whether a file is there.
    static func has(_ name: String) -> Bool { FileManager.default.isReadableFile(atPath: path(name)) }

    /// What a file holds.
    static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path(name)))) }

    /// The rows of a comma-separated file without quotes, each by column name.
    static func rows(_ name: String) throws -> [[String: String]] {
        let lines = try String(contentsOfFile: path(name), encoding: .utf8).split(whereSeparator: \.isNewline)
        let names = lines.first?.split(separator: ",").map(String.init) ?? []
        return lines.dropFirst().map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Dictionary(zip(names, fields)) { first, _ in first }
        }
    }
}
