import Foundation
import Studies

/// Where the program's words go: results to standard output, everything else to standard error.
enum Terminal {
    /// Whether escape codes may be used on standard error.
    static var isColoured: Bool { isTerminal && ProcessInfo.processInfo.environment["NO_COLOR"] == nil }

    /// Whether a person watches standard error.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb" }

    /// How progress is shown now.
    static var progress: ProgressPrinter.Output {
        guard isTerminal else { return .plain }
        var size = winsize()
        let columns = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
        return .terminal(columns: columns, isColoured: isColoured)
    }

    /// Writes a result, a line unless the text ends one. A reader that has gone ends the program quietly.
    static func put(_ text: String) { put(bytes: Array((text.hasSuffix("\n") ? text : text + "\n").utf8)) }

    /// Writes bytes of a result.
    static func put(bytes: [UInt8]) { write(bytes[...], to: STDOUT_FILENO) }

    /// Writes a message, exactly as it is.
    static func say(_ text: String) { write(Array(text.utf8)[...], to: STDERR_FILENO) }

    /// Writes what happened, with the time of day.
    static func event(_ text: String) {
        say("  \(Date.now.formatted(date: .omitted, time: .standard))  \(text)\n")
    }

    /// Nothing is held back in buffers, so there is nothing to do but to empty the C library's.
    static func flush() { fflush(nil) }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
        var bytes = bytes
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                if descriptor == STDOUT_FILENO { _exit(errno == EPIPE ? 0 : 74) }
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }
}
