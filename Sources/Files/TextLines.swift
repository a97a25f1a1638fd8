import Foundation
public import Gym

/// A text file that is read line by line in a bounded amount of memory, at the speed of bytes.
public struct TextLines: Sendable {
    /// The file as the user named it; errors show this name.
    public let name: String
    private let path: String
    private let byteLimit: Int
    private let lineLimit: Int

    /// Names a file; nothing is opened yet. A file of more than `byteLimit` bytes and a line of more than `lineLimit`
    /// bytes are refused.
    public init(path: String, name: String, byteLimit: Int = 256 << 20, lineLimit: Int = 4_096) {
        (self.path, self.name, self.byteLimit, self.lineLimit) = (path, name, byteLimit, lineLimit)
    }

    /// Hands every line to `body` in order, the last one also without a newline at its end.
    ///
    /// - Throws: `GymError` (`bad-input`) for a file that can't be read or is too large and for a line that is too
    ///   long, and whatever `body` throws.
    public func forEach(_ body: (TextLine) throws -> Void) throws {
        let handle = try open()
        defer { try? handle.close() }
        var number = 0
        var rest = Data()
        var total = 0
        while let chunk = try read(from: handle), !chunk.isEmpty {
            total += chunk.count
            guard total <= byteLimit else { throw tooLarge() }
            rest.append(chunk)
            let used = try eachWholeLine(of: rest, after: &number, body)
            rest = rest.suffix(rest.count - used)
            guard rest.count <= lineLimit else { throw tooLong(number + 1) }
        }
        guard !rest.isEmpty else { return }
        try rest.withUnsafeBytes { try hand($0, number + 1, to: body) }
    }

    /// Hands on the lines that end inside the bytes and returns how many bytes they took.
    private func eachWholeLine(of data: Data, after number: inout Int, _ body: (TextLine) throws -> Void) throws -> Int
    {
        try data.withUnsafeBytes { bytes in
            var start = 0
            while let base = bytes.baseAddress, let newline = memchr(base + start, 10, bytes.count - start) {
                let end = base.distance(to: UnsafeRawPointer(newline))
                number += 1
                try hand(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), number, to: body)
                start = end + 1
            }
            return start
        }
    }

    private func hand(_ bytes: UnsafeRawBufferPointer, _ number: Int, to body: (TextLine) throws -> Void) throws {
        guard bytes.count <= lineLimit else { throw tooLong(number) }
        let isCarriageReturn = bytes.last == 13
        let line = UnsafeRawBufferPointer(rebasing: bytes.dropLast(isCarriageReturn ? 1 : 0))
        try body(TextLine(file: name, number: number, bytes: line))
    }

    private func open() throws -> FileHandle {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw GymError(.badInput, "there is no file '\(name)'")
        }
        guard !isFolder.boolValue else { throw GymError(.badInput, "'\(name)' is a folder, not a file") }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw GymError(.badInput, "the file '\(name)' may not be read")
        }
        return handle
    }

    private func read(from handle: FileHandle) throws -> Data? {
        do {
            return try handle.read(upToCount: 1 << 20)
        } catch {
            throw GymError(.badInput, "reading '\(name)' failed: \(error.localizedDescription)")
        }
    }

    private func tooLarge() -> GymError {
        GymError(.badInput, "'\(name)' has more than \(byteLimit) bytes", hint: "split it into shorter files")
    }

    private func tooLong(_ number: Int) -> GymError {
        GymError(.badInput, "line \(number) of '\(name)' has more than \(lineLimit) bytes", hint: "is it a text file?")
    }
}

/// One line of a text file, valid only while it is handed out.
public struct TextLine {
    /// The file as the user named it.
    public let file: String
    /// Counted from 1.
    public let number: Int
    /// The line without its newline (and without the carriage return of a Windows file).
    public let bytes: UnsafeRawBufferPointer

    /// An error (`bad-input`) whose caret underlines these bytes of the line, at least one character.
    public func fault(_ message: String, at range: Range<Int>, hint: String? = nil) -> GymError {
        let start = min(range.lowerBound, bytes.count)
        let before = String(decoding: bytes[..<start], as: UTF8.self)
        let marked = String(decoding: bytes[start..<max(start, min(range.upperBound, bytes.count))], as: UTF8.self)
        let place = GymError.Place(
            file: file, line: number, column: before.count + 1, length: max(1, marked.count),
            text: String(decoding: bytes, as: UTF8.self))
        return GymError(.badInput, message, hint: hint, place: place)
    }
}
