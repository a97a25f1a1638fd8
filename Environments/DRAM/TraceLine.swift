import Files
import Gym

/// Parses one line of a text trace, byte by byte.
struct TraceLine {
    private let line: TextLine
    private let bytes: UnsafeRawBufferPointer
    private var at = 0
    /// What a line should look like, for hints.
    private let form: String

    typealias Request = (clock: Int, isWrite: Bool, address: UInt64, size: Int)

    static let stl = "a line of a trace reads like '12: read 0x40'"
    static let dramsim3 = "a line of a DRAMsim3 trace reads like '0x40 READ 12'"

    init(_ line: TextLine, form: String) {
        (self.line, bytes, self.form) = (line, line.bytes, form)
    }

    /// Whether there is more on the line than blanks and a comment.
    var hasRequest: Bool {
        mutating get {
            skipBlanks()
            return at < bytes.count && bytes[at] != UInt8(ascii: "#")
        }
    }

    /// `12: (64) read 0x40 0xDATA`.
    mutating func stlRequest(after last: Int) throws -> Request {
        let clock = try clock(after: last)
        skipBlanks()
        guard take(UInt8(ascii: ":")) else { throw fault("expected ':' after the clock", from: at) }
        skipBlanks()
        let size = try size()
        let isWrite = try kind(read: "read", write: "write")
        skipBlanks()
        let address = try number("an address")
        skipBlanks()
        if at < bytes.count, bytes[at] != UInt8(ascii: "#") { try skipData() }
        return (clock, isWrite, address, size)
    }

    /// `0x40 READ 12`.
    mutating func dramsim3Request(after last: Int) throws -> Request {
        let address = try number("an address")
        skipBlanks()
        let isWrite = try kind(read: "READ", write: "WRITE")
        skipBlanks()
        let clock = try clock(after: last)
        skipBlanks()
        guard at == bytes.count || bytes[at] == UInt8(ascii: "#") else {
            throw fault("expected the end of the line", from: at)
        }
        return (clock, isWrite, address, 0)
    }

    private mutating func clock(after last: Int) throws -> Int {
        let start = at
        let clock = try number("a clock")
        guard clock <= UInt64(RequestTrace.clockLimit) else {
            throw fault("the clock is beyond \(RequestTrace.clockLimit)", from: start)
        }
        guard Int(clock) >= last else {
            throw line.fault(
                "the clock \(clock) goes back; the request before it has \(last)", at: start..<at,
                hint: "sort the trace by its clocks")
        }
        return Int(clock)
    }

    /// The optional `(BYTES)`; 0 where it is missing.
    private mutating func size() throws -> Int {
        guard take(UInt8(ascii: "(")) else { return 0 }
        let start = at
        let size = try number("a number of bytes")
        guard (1...UInt64(RequestTrace.sizeLimit)).contains(size) else {
            throw fault("a request has 1 … \(RequestTrace.sizeLimit) bytes, not \(size)", from: start)
        }
        guard take(UInt8(ascii: ")")) else { throw fault("expected ')' after the number of bytes", from: at) }
        skipBlanks()
        return Int(size)
    }

    private mutating func kind(read: String, write: String) throws -> Bool {
        let start = at
        while at < bytes.count, isLetter(bytes[at]) { at += 1 }
        let word = UnsafeRawBufferPointer(rebasing: bytes[start..<at])
        if word.elementsEqual(read.utf8) { return false }
        if word.elementsEqual(write.utf8) { return true }
        let text = String(decoding: word, as: UTF8.self)
        let guess = Guess.closest(to: text, among: [read, write]).map { "did you mean '\($0)'?" }
        throw line.fault(
            text.isEmpty ? "expected \(read) or \(write)" : "'\(text)' is neither \(read) nor \(write)",
            at: start..<max(at, start + 1),
            hint: guess ?? form)
    }

    /// A decimal number, or a hexadecimal one after `0x`.
    private mutating func number(_ what: String) throws -> UInt64 {
        let start = at
        var value: UInt64 = 0
        var isTooLarge = false
        let isHexadecimal = at + 1 < bytes.count && bytes[at] == UInt8(ascii: "0") && bytes[at + 1] | 32 == 120
        let radix: UInt64 = isHexadecimal ? 16 : 10
        if isHexadecimal { at += 2 }
        let digits = at
        while at < bytes.count, let digit = digit(bytes[at]), digit < radix {
            let (product, isOver) = value.multipliedReportingOverflow(by: radix)
            let (sum, isOverToo) = product.addingReportingOverflow(digit)
            isTooLarge = isTooLarge || isOver || isOverToo
            value = sum
            at += 1
        }
        guard at > digits else {
            at = start
            throw fault("expected \(what)", from: start)
        }
        if at < bytes.count, isLetter(bytes[at]) || bytes[at] == UInt8(ascii: ".") {
            throw fault("expected \(what)", from: start)
        }
        guard !isTooLarge else { throw fault("\(what) does not fit in 64 bits", from: start) }
        return value
    }

    /// Data is of no consequence here, but it must look like data.
    private mutating func skipData() throws {
        _ = takePrefix()
        let start = at
        while at < bytes.count, let digit = digit(bytes[at]), digit < 16 { at += 1 }
        skipBlanks()
        guard at > start, at == bytes.count || bytes[at] == UInt8(ascii: "#") else {
            throw fault("expected the end of the line", from: at)
        }
    }

    private mutating func takePrefix() -> Bool {
        guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "0"), bytes[at + 1] | 32 == 120 else { return false }
        at += 2
        return true
    }

    /// An error at what stands there up to the next blank.
    private func fault(_ message: String, from start: Int) -> GymError {
        var end = min(start, bytes.count)
        while end < bytes.count, !isBlank(bytes[end]) { end += 1 }
        return line.fault(message, at: start..<max(end, start + 1), hint: form)
    }

    private mutating func skipBlanks() {
        while at < bytes.count, isBlank(bytes[at]) { at += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }
    private func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 32) || byte == UInt8(ascii: "_") }

    private func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 48...57: UInt64(byte - 48)
        case 65...70: UInt64(byte - 55)
        case 97...102: UInt64(byte - 87)
        default: nil
        }
    }
}
