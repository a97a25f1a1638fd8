import Foundation
import Synchronization

/// Does something several times at once, each on a thread of its own, and gives what came of it, in order.
func together<Found: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> Found
) throws -> [Found] {
    try (0..<count).map { place in Aside { try body(place) } }.map { try $0.wait() }
}

/// Something that is done on a thread of its own.
final class Aside<Found: Sendable>: Sendable {
    private let found = Mutex<Result<Found, any Error>?>(nil)
    private let ended = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () throws -> Found) {
        Thread.detachNewThread { [self] in
            let result = Result { try body() }
            found.withLock { $0 = result }
            ended.signal()
        }
    }

    /// Whether it is over.
    var isOver: Bool { found.withLock { $0 != nil } }

    /// Waits for its end; only one may.
    func wait() throws -> Found {
        ended.wait()
        guard let result = found.withLock({ $0 }) else { throw CancellationError() }
        return try result.get()
    }
}

/// Waits until something is true; false where it is not in so many seconds.
func soon(seconds: Double = 60, _ isTrue: () throws -> Bool) rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if try isTrue() { return true }
        usleep(1_000)
    }
    return try isTrue()
}

/// What was said, in order, by whichever thread.
final class Notes: Sendable {
    private let lines = Mutex<[String]>([])

    func take(_ line: String) { lines.withLock { $0.append(line) } }

    /// Whether anything of the kind was said.
    func have(_ part: String) -> Bool { lines.withLock { $0.contains { $0.contains(part) } } }

    var all: [String] { lines.withLock { $0 } }
}

/// Seconds between an instant and now.
func seconds(since start: ContinuousClock.Instant) -> Double { (ContinuousClock.now - start) / .seconds(1) }

/// What the system says of a process that runs.
struct Usage {
    /// Its memory now, in MiB.
    let mebibytes: Double
    /// The most it ever had, in MiB, since it began or was last reset.
    let peakMebibytes: Double
    let descriptors: Int
    let threads: Int

    init(of pid: pid_t = getpid()) throws {
        let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        func number(_ name: String) -> Double {
            let line = text.split(separator: "\n").first { $0.hasPrefix("\(name):") }
            return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? 0
        }
        (mebibytes, peakMebibytes) = (number("VmRSS") / 1_024, number("VmHWM") / 1_024)
        threads = Int(number("Threads"))
        descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
    }
}
