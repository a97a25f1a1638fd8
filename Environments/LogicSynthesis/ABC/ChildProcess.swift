import Foundation
import Gym
import Synchronization

/// How other programs are begun: through the shell, which sets their limits, in a group of their own.
enum ChildProcess {
    /// Those that run, each the leader of its group.
    private static let running = Mutex<Set<pid_t>>([])

    /// Kills a process with its group and waits for its end, which is near then.
    static func end(_ pid: pid_t) {
        kill(-pid, SIGKILL)
        kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        forget(pid)
    }

    /// Notes that a process has ended and was waited for.
    static func forget(_ pid: pid_t) { _ = running.withLock { $0.remove(pid) } }

    /// Kills all of them, for when the program leaves without waiting for what it is at.
    static func endAll() { for pid in running.withLock({ $0 }) { kill(-pid, SIGKILL) } }

    private typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32

    /// A call of the C library that Swift's overlay does not show; nil before glibc 2.34.
    private static let closeFrom = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
        unsafeBitCast($0, to: CloseFrom.self)
    }

    /// Begins the shell with these words, its three streams being the channel.
    static func spawn(_ words: [String], channel: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_adddup2(&actions, channel, stream)
        }
        // Whatever other threads have open at this moment is theirs; a child that lives long would keep it open.
        _ = closeFrom?(&actions, STDERR_FILENO + 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var usual = sigset_t()
        sigemptyset(&usual)
        for number in [SIGINT, SIGTERM, SIGPIPE, SIGXFSZ] { sigaddset(&usual, number) }
        posix_spawnattr_setsigdefault(&attributes, &usual)
        // A group of its own: an interrupt at the terminal is for the program, which then ends this in order.
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var pid: pid_t = 0
        let pointers = words.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        let code = posix_spawn(&pid, "/bin/sh", &actions, &attributes, pointers + [nil], environ)
        guard code == 0 else { throw ABCFailure(kind: .start, detail: String(cString: strerror(code))) }
        _ = running.withLock { [pid] in $0.insert(pid) }
        return pid
    }

    /// Two ends of a socket, in place of two pipes: writing to a process that died is an error then, and no signal.
    static func channel() throws -> (own: Int32, child: Int32) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw ABCFailure(kind: .start, detail: String(cString: strerror(errno)))
        }
        return (ends[0], ends[1])
    }

    /// Runs a program to its end and gives what it printed, at most a mebibyte of it.
    ///
    /// - Throws: `ABCFailure` where it does not end in time, or not well.
    static func run(_ words: [String], in folder: PrivateFolder, seconds: Double, memory: Int) throws -> String {
        let ends = try channel()
        let script = #"ulimit -c 0; ulimit -v "$1"; cd "$2" && shift 2 && exec "$@""#
        let pid: pid_t
        do {
            defer { close(ends.child) }
            let limits = ["sh", "-c", script, "sh", "\(memory / 1_024)", folder.path]
            pid = try spawn(limits + words, channel: ends.child)
        } catch {
            close(ends.own)
            throw error
        }
        defer { close(ends.own) }
        let limit = now + seconds
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var isLate = false
        while true {
            let left = limit - now
            guard left > 0 else {
                isLate = true
                break
            }
            var ready = pollfd(fd: ends.own, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, Int32(max(1, min(1_000, left * 1_000)))) > 0 else { continue }
            let count = recv(ends.own, &buffer, buffer.count, 0)
            if count <= 0 { break }
            if bytes.count < 1 << 20 { bytes += buffer[..<count] }
        }
        end(pid)
        if isLate { throw ABCFailure(kind: .timeout, detail: "no answer in \(Value.format(seconds)) s") }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Seconds on a clock that never goes back.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
