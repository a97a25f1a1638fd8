import Foundation
import Gym
import Testing

/// All faults, one after the other: several of them measure time, and each keeps the machine busy by itself.
@Suite("Faults", .serialized)
enum Faults {}

/// Where every draw of the faults comes from: one seed, printed once.
enum Dice {
    /// `SEXTANT_FAULT_SEED`, or always the same.
    static let seed: UInt64 = {
        let seed = ProcessInfo.processInfo.environment["SEXTANT_FAULT_SEED"].flatMap { UInt64($0) } ?? 20_260_801
        let words = "faults are drawn from SEXTANT_FAULT_SEED=\(seed)" + (isFull ? ", at full count\n" : "\n")
        FileHandle.standardError.write(Data(words.utf8))
        return seed
    }()

    /// Whether faults come at their full counts (`make faults`) or at a tenth of them.
    static let isFull = ProcessInfo.processInfo.environment["SEXTANT_FAULTS"] == "full"

    /// A tenth of a count, rounded up, or all of it.
    static func count(_ full: Int) -> Int { isFull ? full : (full + 9) / 10 }

    /// The draws of one test.
    static func generator(_ purpose: String) -> Generator { Generator(seed: Generator.derive(seed, [purpose])) }

    /// Where a failure was drawn from.
    static var comment: Comment { "SEXTANT_FAULT_SEED=\(seed)" }
}

extension Generator {
    /// A number in a range, every one as likely.
    mutating func draw(_ range: Range<Int>) -> Int { range.lowerBound + below(range.count) }

    /// Seconds in a range.
    mutating func draw(_ range: Range<Double>) -> Double {
        range.lowerBound + unit() * (range.upperBound - range.lowerBound)
    }
}
