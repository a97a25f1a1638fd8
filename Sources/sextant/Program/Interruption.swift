import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: noted once, and asked for by whoever can stop in an orderly way.
enum Interruption {
    private static let signal = Atomic<Int32>(0)

    /// Whether the program is to stop.
    static var isRequested: Bool { signal.load(ordering: .relaxed) != 0 }

    /// What the program exits with when it was asked to stop: 130 for Ctrl-C, 143 for SIGTERM.
    static var exitCode: Int32 { 128 + signal.load(ordering: .relaxed) }

    /// Begins to listen. A second signal of the kind ends the program at once.
    static func watch() {
        // A reader that went away and a file that may not grow are errors of a write, with a sentence each.
        Foundation.signal(SIGPIPE, SIG_IGN)
        Foundation.signal(SIGXFSZ, SIG_IGN)
        for number in [SIGINT, SIGTERM] {
            Foundation.signal(number) { number in
                if Interruption.note(number) { _exit(128 + number) }
            }
        }
    }

    /// Notes a signal; true where one was noted before.
    private static func note(_ number: Int32) -> Bool { signal.exchange(number, ordering: .relaxed) != 0 }
}
