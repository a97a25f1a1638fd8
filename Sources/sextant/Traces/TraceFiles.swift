import Environments
import Foundation
import Gym

/// A file that is written piece by piece; `-` is standard output.
struct OutputFile {
    private let path: String
    private let handle: FileHandle

    /// - Throws: `GymError` (`bad-input`) where the file can't be made.
    init(_ path: String) throws {
        self.path = path
        guard path != "-" else {
            handle = .standardOutput
            return
        }
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw GymError(.badInput, "the file '\(path)' can't be written") }
        self.handle = handle
    }

    func put(_ bytes: some Collection<UInt8>) throws {
        guard path != "-" else { return Terminal.put(bytes: Array(bytes)) }
        do {
            try handle.write(contentsOf: Data(bytes))
        } catch {
            throw GymError(.badInput, "writing '\(path)' failed: \(error.localizedDescription)")
        }
    }
}

/// What a memory controller did, for `evaluate --command-trace`.
enum CommandTraceFile {
    static func write(_ action: Action, of environment: any Environment, to path: String) throws {
        guard let model = (environment as? Oneshot)?.model as? DRAMController else {
            throw GymError(
                .usage, "'\(environment.spec.id)' issues no commands",
                hint: "--command-trace is for the DRAM controllers")
        }
        let file = try OutputFile(path)
        try model.writeCommands(of: action) { try file.put($0.utf8) }
    }
}
