import Foundation
import Testing

/// A process that a test began. What it writes goes to files, so that it never waits for a reader, and it does not
/// outlive this value.
final class Child {
    /// How a process ended.
    enum Ending: Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    let pid: pid_t
    private let outputPath: String
    private let errorPath: String
    private let begun = ContinuousClock.now
    private var ending: Ending?

    /// Begins a program with arguments, and with changes to this process's environment.
    init(_ words: [String], in scratch: Scratch, environment changes: [String: String] = [:]) throws {
        (outputPath, errorPath) = (scratch.newPath("out"), scratch.newPath("err"))
        var environment = ProcessInfo.processInfo.environment.merging(changes) { $1 }
        environment["SWIFT_BACKTRACE"] = "enable=no"
        environment["NO_COLOR"] = "1"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        let mode = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath, mode, 0o600)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errorPath, mode, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads that tests run on block signals, and a child would inherit that.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var usual = sigset_t()
        sigemptyset(&usual)
        for number in [SIGINT, SIGTERM, SIGPIPE, SIGXFSZ] { sigaddset(&usual, number) }
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var pid: pid_t = 0
        let program = words.first ?? ""
        let code = Child.withPointers(words) { words in
            Child.withPointers(environment.map { "\($0)=\($1)" }) { variables in
                posix_spawnp(&pid, program, &actions, &attributes, words, variables)
            }
        }
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
        self.pid = pid
    }

    deinit {
        guard ending == nil else { return }
        kill(pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }

    /// What it has written to its standard output.
    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

    /// What it has written to its standard error.
    var errors: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }

    /// Seconds since it began.
    var age: Double { (ContinuousClock.now - begun) / .seconds(1) }

    /// Sends a signal to a process that has not been seen to end.
    func signal(_ number: Int32) { if ending == nil { kill(pid, number) } }

    /// How it ended; nil where it still runs after so many seconds.
    func wait(seconds: Double) -> Ending? {
        let end = ContinuousClock.now + .seconds(seconds)
        while ending == nil {
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid {
                ending = status & 0x7F == 0 ? .exit(status >> 8 & 0xFF) : .signal(status & 0x7F)
            } else {
                guard ContinuousClock.now < end else { break }
                usleep(1_000)
            }
        }
        return ending
    }

    /// How it ended; fails the test where it does not in two minutes.
    func end() throws -> Ending { try #require(wait(seconds: 120), "the process hangs; it wrote: \(errors)") }

    /// Waits until something is true of it; false where it ends before that, or half a minute has passed.
    func wait(until isTrue: () throws -> Bool) rethrows -> Bool {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            if try isTrue() { return true }
            if wait(seconds: 0.001) != nil { return try isTrue() }
        }
        return false
    }

    private static func withPointers<Result>(
        _ words: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = words.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        return body(pointers + [nil])
    }
}
