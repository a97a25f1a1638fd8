import Environments
import Foundation
import Gym

/// ABC as this machine has it, for tests; those that need it are skipped where there is none.
enum RealABC {
    /// The program, once it was asked for its version.
    static let program = try? ABCProgram.find()
    static let isThere = program != nil
    /// Whether this is the build that golden rows come from.
    static let isGolden = program?.version == "UC Berkeley, ABC 1.01 (compiled Feb  7 2023 01:39:45)"

    /// One of its own, with nothing known yet.
    static func synthesizer(processes: Int = 2, cacheBytes: Int = 64 << 20, record: String? = nil) throws -> Synthesizer
    {
        guard let program else { throw GymError(.unreachable, "ABC not found") }
        return try Synthesizer(program: program, processes: processes, cacheBytes: cacheBytes, record: record)
    }
}

/// A folder for the files of one test.
final class LogicFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "logic-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and gives its path.
    func file(_ name: String, _ bytes: some Sequence<UInt8>, isProgram: Bool = false) throws -> String {
        let place = path + "/" + name
        let mode: NSNumber = isProgram ? 0o755 : 0o644
        guard
            FileManager.default.createFile(
                atPath: place, contents: Data(bytes), attributes: [.posixPermissions: mode])
        else { throw GymError(.internal, "a test's file can't be written") }
        return place
    }
}

extension EnvironmentEntry {
    private static func contentHash(_ path: String) -> String {
        var hash = ContentHash()
        hash.add(FileManager.default.contents(atPath: path) ?? Data())
        return hash.text
    }

    /// Complete options, files among them by their paths.
    func options(_ given: [String: Value]) throws -> Options {
        var files: [String: WorkloadFile] = [:]
        for value in given.values where value.text.contains("/") {
            files[value.text] = WorkloadFile(
                name: value.text, path: value.text, contentHash: Self.contentHash(value.text))
        }
        return try Options(given, declared: datasheet.options, workloads: files)
    }
}
