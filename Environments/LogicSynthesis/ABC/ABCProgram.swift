import Foundation
import Gym

/// The logic-synthesis tool ABC that this machine has. Sextant never links it: it runs as a process of its own.
public struct ABCProgram: Sendable, Hashable {
    /// Where the program lies.
    public let path: String
    /// The line that it begins with; results depend on the build, so everything that is kept names it.
    public let version: String

    /// What the programs of Debian and of others are called, the first that is there being taken.
    static let names = ["berkeley-abc", "yosys-abc", "abc"]

    /// Takes a program whose version is known.
    public init(path: String, version: String) { (self.path, self.version) = (path, version) }

    /// The program that `SEXTANT_ABC` names, or else the first on the search path; it is started once to see its
    /// version.
    ///
    /// - Throws: `GymError` (`unreachable`) that says how to get one, or that this one is no ABC.
    public static func find(in variables: [String: String]? = nil) throws -> ABCProgram {
        let environment = variables ?? ProcessInfo.processInfo.environment
        guard let path = try path(in: environment) else {
            throw GymError(
                .unreachable, "ABC not found: install berkeley-abc or yosys-abc, or set SEXTANT_ABC",
                hint: "on Debian: apt-get install berkeley-abc")
        }
        do {
            let process = try ABCProcess(path: path, memoryLimit: nil)
            defer { process.end() }
            let greeting = try process.run("", seconds: 20, deadline: .none)
            guard let line = greeting.split(separator: "\n").first(where: { $0.contains("ABC") }) else {
                throw GymError(.unreachable, "'\(path)' does not answer like ABC", hint: "set SEXTANT_ABC to one")
            }
            return ABCProgram(path: path, version: String(line))
        } catch let failure as ABCFailure {
            throw GymError(.unreachable, "'\(path)' does not answer like ABC: \(failure.reason)")
        }
    }

    private static func path(in environment: [String: String]) throws -> String? {
        let files = FileManager.default
        if let chosen = environment["SEXTANT_ABC"], !chosen.isEmpty {
            guard files.isExecutableFile(atPath: chosen) else {
                throw GymError(.unreachable, "SEXTANT_ABC is '\(chosen)', which is no program that can be run")
            }
            return URL(filePath: chosen).path
        }
        let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        for name in names {
            for folder in folders where files.isExecutableFile(atPath: "\(folder)/\(name)") {
                return "\(folder)/\(name)"
            }
        }
        return nil
    }
}

/// Why a command of ABC gave no result.
struct ABCFailure: Error, Sendable, Equatable {
    /// What kind of failure it was.
    enum Kind: String, Sendable {
        /// The process died.
        case crash = "tool_crash"
        /// It did not answer in time and was killed.
        case timeout = "tool_timeout"
        /// It said that the command can't be done.
        case error = "tool_error"
        /// What it left is no circuit of this function.
        case wrong = "tool_wrong"
        /// The process could not be begun.
        case start = "tool_start"
    }

    let kind: Kind
    let detail: String

    /// The kind and what is known of it, as the log keeps it.
    var reason: String { detail.isEmpty ? kind.rawValue : "\(kind.rawValue): \(detail)" }
}
