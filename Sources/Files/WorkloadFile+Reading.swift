import Foundation
public import Gym

extension WorkloadFile {
    /// Looks at a workload's file and takes its content hash, in constant memory.
    ///
    /// - Throws: `GymError` (`bad-option`) where there is no such file; a word that may be built in gets a guess.
    public static func read(_ name: String, path: String, builtIn: [String]) throws -> WorkloadFile {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
            guard builtIn.isEmpty || name.contains("/") || name.contains(".") else {
                throw GymError.unknown(
                    .badOption, "workload", name, among: builtIn,
                    hint: "built in: " + builtIn.joined(separator: ", ") + "; anything else is a file's path")
            }
            let hint = builtIn.isEmpty ? nil : "built in: " + builtIn.joined(separator: ", ")
            throw GymError(.badOption, "there is no workload file '\(path)'", hint: hint)
        }
        guard let hash = contentHash(of: path) else {
            throw GymError(.badOption, "the workload file '\(path)' can't be read")
        }
        return WorkloadFile(name: name, path: path, contentHash: hash)
    }

    private static func contentHash(of path: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        var hash = ContentHash()
        do {
            while let chunk = try handle.read(upToCount: 1 << 16), !chunk.isEmpty {
                chunk.withUnsafeBytes { hash.add($0) }
            }
        } catch { return nil }
        return hash.text
    }
}
