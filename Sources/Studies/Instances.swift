import Files
import Foundation
import Gym

/// Environment instances and workload files that were looked at while a manifest is read, each only once.
final class Instances {
    /// Where relative paths of workloads begin.
    private let folder: String
    private var specs: [String: EnvironmentSpec] = [:]
    private var files: [String: WorkloadFile] = [:]

    init(folder: String) { self.folder = folder }

    /// What the instance with these options is.
    func spec(of entry: EnvironmentEntry, options: Options) throws -> EnvironmentSpec {
        let key = entry.datasheet.id + ";" + options.identity
        if let spec = specs[key] { return spec }
        let spec = try entry.make(options).spec
        specs[key] = spec
        return spec
    }

    /// The file that a workload option names.
    ///
    /// - Throws: `GymError` (`bad-option`) where there is no such file, with a guess among the built-in names.
    func workload(_ name: String, builtIn: [String]) throws -> WorkloadFile {
        if let file = files[name] { return file }
        let path = name.hasPrefix("/") || folder.isEmpty ? name : folder + "/" + name
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
            guard name.contains("/") || name.contains(".") else {
                throw GymError.unknown(
                    .badOption, "workload", name, among: builtIn,
                    hint: "built in: " + builtIn.joined(separator: ", ") + "; anything else is a file's path")
            }
            throw GymError(
                .badOption, "there is no workload file '\(path)'",
                hint: "paths begin at the manifest's folder; built in: " + builtIn.joined(separator: ", "))
        }
        let file = WorkloadFile(name: name, path: path, contentHash: try Instances.contentHash(of: path))
        files[name] = file
        return file
    }

    private static func contentHash(of path: String) throws -> String {
        let unreadable = GymError(.badOption, "the workload file '\(path)' can't be read")
        guard let handle = FileHandle(forReadingAtPath: path) else { throw unreadable }
        defer { try? handle.close() }
        var hash = ContentHash()
        do {
            while let chunk = try handle.read(upToCount: 1 << 16), !chunk.isEmpty {
                chunk.withUnsafeBytes { hash.add($0) }
            }
        } catch {
            throw unreadable
        }
        return hash.text
    }
}
