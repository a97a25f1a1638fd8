import Foundation
import Gym

/// How the figures are taken.
enum Measurement {
    /// CPU seconds that this thread spends on a piece of work.
    static func threadSeconds(_ body: () throws -> Void) rethrows -> Double {
        try seconds(of: CLOCK_THREAD_CPUTIME_ID, body)
    }

    /// CPU seconds that all threads of the process spend while a piece of work is done.
    static func processSeconds(_ body: () throws -> Void) rethrows -> Double {
        try seconds(of: CLOCK_PROCESS_CPUTIME_ID, body)
    }

    /// Seconds by the clock on the wall.
    static func wallSeconds(_ body: () throws -> Void) rethrows -> Double {
        try seconds(of: CLOCK_MONOTONIC, body)
    }

    private static func seconds(of clock: clockid_t, _ body: () throws -> Void) rethrows -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(clock, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        }
        let start = now()
        try body()
        return now() - start
    }

    /// A fixed integer loop, by which runs on different machines can be compared; best of five.
    static var calibrationLine: String {
        let seconds = (0..<5).map { _ in
            threadSeconds {
                var state: UInt64 = 1
                for _ in 0..<50_000_000 { state = splitmix64(state) }
                precondition(state != 0, "the loop must not be optimised away")
            }
        }.min()
        return String(format: "calibration: 50 M steps of splitmix64 in %.3f s", seconds ?? 0)
    }

    /// A quantile of measured times.
    static func quantile(_ q: Double, of times: [Double]) -> Double {
        let sorted = times.sorted()
        return sorted[min(sorted.count - 1, Int(q * Double(sorted.count)))]
    }

    /// A folder for the files of one benchmark, removed when it is over.
    static func inFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sextant-benchmark-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
