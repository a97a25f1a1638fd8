import Foundation
import Gym

/// How many threads evaluate.
enum Threads {
    /// What was asked for, or as many as the machine has cores.
    ///
    /// - Throws: `GymError` (`usage`) for a number that makes no sense.
    static func count(_ asked: Int?) throws -> Int {
        guard let asked else { return max(1, ProcessInfo.processInfo.activeProcessorCount) }
        guard (1...4_096).contains(asked) else {
            throw GymError(.usage, "--workers is \(asked), outside 1 … 4096")
        }
        return asked
    }
}
