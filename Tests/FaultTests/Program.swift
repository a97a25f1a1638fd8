import Foundation
import Testing

/// The program as it was built beside these tests.
enum Program {
    /// Its path.
    static let path = Result { () throws -> String in
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(filePath: tests).deletingLastPathComponent().appending(path: "sextant").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: path])
        }
        return path
    }

    /// What a run that has ended left.
    struct Outcome {
        let ending: Child.Ending
        let output: String
        let errors: String
        let seconds: Double

        /// The first line of standard error.
        var headline: String { errors.split(separator: "\n").first.map(String.init) ?? "" }
    }

    /// Begins the program.
    static func begin(
        _ arguments: [String], in scratch: Scratch, environment: [String: String] = [:], before wrapper: [String] = []
    ) throws -> Child {
        try Child(wrapper + [path.get()] + arguments, in: scratch, environment: environment)
    }

    /// Runs the program to its end.
    static func run(
        _ arguments: [String], in scratch: Scratch, environment: [String: String] = [:], before wrapper: [String] = []
    ) throws -> Outcome {
        let child = try begin(arguments, in: scratch, environment: environment, before: wrapper)
        let ending = try child.end()
        return Outcome(ending: ending, output: child.output, errors: child.errors, seconds: child.age)
    }
}
