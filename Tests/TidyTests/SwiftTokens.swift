/// A word, a number or a single sign of Swift source, and the line it stands on, counted from 1.
struct Token: Equatable {
    let text: String
    let line: Int

    /// Whether it could be the name of something.
    var isWord: Bool { text.first.map { $0.isLetter || $0 == "_" } ?? false }
}

/// Takes Swift source apart into tokens. Comments and the contents of string literals give none, so that a rule
/// never trips over prose. Regex literals between single slashes are not understood; the project has none.
struct SwiftTokens {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var tokens: [Token] = []

    /// The tokens of a source text.
    static func of(_ text: String) -> [Token] {
        var scanner = SwiftTokens(bytes: Array(text.utf8))
        scanner.scanCode(untilParenthesis: false)
        return scanner.tokens
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads code up to the end, or up to the parenthesis that closes an interpolation.
    private mutating func scanCode(untilParenthesis: Bool) {
        var depth = 0
        while position < bytes.count {
            if skipComment() || skipString() || takeWord() { continue }
            let byte = bytes[position]
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") {
                if untilParenthesis && depth == 0 { return }
                depth -= 1
            }
            if byte > UInt8(ascii: " ") { tokens.append(Token(text: String(UnicodeScalar(byte)), line: line)) }
            advance(1)
        }
    }

    private mutating func skipComment() -> Bool {
        if starts(with: "//") {
            while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            return true
        }
        guard starts(with: "/*") else { return false }
        var depth = 0
        repeat {
            depth += starts(with: "/*") ? 1 : starts(with: "*/") ? -1 : 0
            advance(starts(with: "/*") || starts(with: "*/") ? 2 : 1)
        } while depth > 0 && position < bytes.count
        return true
    }

    /// Skips a literal of any form: plain, raw with any number of number signs, on several lines, with interpolations.
    private mutating func skipString() -> Bool {
        let start = position
        while position < bytes.count, bytes[position] == UInt8(ascii: "#") { position += 1 }
        let pounds = String(repeating: "#", count: position - start)
        guard starts(with: "\"") else {
            position = start
            return false
        }
        let quotes = starts(with: "\"\"\"") ? "\"\"\"" : "\""
        advance(quotes.count)
        while position < bytes.count, !starts(with: quotes + pounds) {
            if starts(with: "\n") && quotes.count == 1 { return true }
            guard starts(with: "\\" + pounds) else {
                advance(1)
                continue
            }
            advance(1 + pounds.count)
            let isInterpolation = starts(with: "(")
            advance(1)
            if isInterpolation { skipInterpolation() }
        }
        advance(quotes.count + pounds.count)
        return true
    }

    private mutating func skipInterpolation() {
        let kept = tokens.count
        scanCode(untilParenthesis: true)
        tokens.removeSubrange(kept...)
        advance(1)
    }

    private mutating func takeWord() -> Bool {
        let start = position
        while position < bytes.count, Self.isWordByte(bytes[position]) { position += 1 }
        guard position > start else { return false }
        tokens.append(Token(text: String(decoding: bytes[start..<position], as: UTF8.self), line: line))
        return true
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...: true
        default: false
        }
    }

    private func starts(with prefix: String) -> Bool { bytes[position...].starts(with: prefix.utf8) }

    private mutating func advance(_ count: Int) {
        for _ in 0..<count where position < bytes.count {
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
    }
}
