import Files
import Foundation
import Gym

/// A folder of workload files that clients may name by their file names.
enum WorkloadFolder {
    /// Every plain file in the folder, by name.
    ///
    /// - Throws: `GymError` (`usage`) where there is no such folder.
    static func files(_ folder: String) throws -> [String: WorkloadFile] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw GymError(.usage, "there is no folder of workloads '\(folder)'")
        }
        var files: [String: WorkloadFile] = [:]
        for name in names.sorted() where !name.hasPrefix(".") {
            var isFolder: ObjCBool = false
            let path = "\(folder)/\(name)"
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            files[name] = try WorkloadFile.read(name, path: path, builtIn: [])
        }
        return files
    }
}
