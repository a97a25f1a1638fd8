import Foundation
import Gym
import Yams

/// Reads YAML text into nodes that know where they stand.
///
/// What comes from outside is bounded: 1 MiB, 32 levels, no anchors, no key twice.
public enum YAMLDocument {
    /// The most bytes of a file.
    public static let byteLimit = 1 << 20
    static let depthLimit = 32

    /// Reads a file.
    ///
    /// - Throws: `GymError` (`bad-input`): a file that can't be read, is too large or is not UTF-8, or a mistake in
    ///   the YAML with its place.
    public static func read(_ path: String) throws -> YAMLNode {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw GymError(.badInput, "there is no file '\(path)'")
        }
        guard !isFolder.boolValue, let handle = FileHandle(forReadingAtPath: path) else {
            throw GymError(.badInput, "'\(path)' can't be read")
        }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: byteLimit + 1) else {
            throw GymError(.badInput, "'\(path)' is empty or can't be read")
        }
        guard data.count <= byteLimit else { throw GymError(.badInput, "'\(path)' is larger than 1 MiB") }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw GymError(.badInput, "'\(path)' is not UTF-8 text")
        }
        return try parse(text, file: path)
    }

    /// Reads text; `file` is what errors call it.
    public static func parse(_ text: String, file: String) throws -> YAMLNode {
        guard text.utf8.count <= byteLimit else { throw GymError(.badInput, "'\(file)' is larger than 1 MiB") }
        return try parse(text, name: "", source: YAMLSource(file: file, text: text))
    }

    static func parse(_ text: String, name: String, source: YAMLSource) throws -> YAMLNode {
        try refuseAnchors(text, source)
        do {
            // The basic resolver leaves words alone: what is a number is for whoever reads the value to say.
            let root = try Yams.compose(yaml: text, .basic, .default, .utf8)
            guard let root else {
                return YAMLNode(
                    name: name, content: .scalar("", isPlain: true), source: source, line: 1, column: 1)
            }
            return try YAMLComposer(source: source).node(root, name: name, depth: 0)
        } catch let error as YamlError {
            throw YAMLDocument.described(error, source)
        }
    }

    /// Anchors would let a small file unfold to a huge one, so a word that begins with `&` is refused unquoted.
    private static func refuseAnchors(_ text: String, _ source: YAMLSource) throws {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return }
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            var previous: Character = " "
            for (column, character) in line.unicodeScalars.enumerated() {
                if character == "#", previous == " " { break }
                if character == "&", " \t[{,:-".contains(previous) {
                    throw GymError(
                        .badInput, "anchors (a word that begins with '&') are not read here",
                        hint: "write the value out", place: source.place(line: number + 1, column: column + 1))
                }
                previous = Character(character)
            }
        }
    }

    private static func described(_ error: YamlError, _ source: YAMLSource) -> GymError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return GymError(
                .badInput, "this is not YAML: \(problem)",
                place: source.place(line: mark.line, column: mark.column, isPlain: true))
        case .duplicatedKeysInMapping(let names, let context):
            return GymError(
                .badInput, "the key '\(names.first ?? "")' is there twice", hint: "keep one of them",
                field: names.first,
                place: source.place(
                    line: context.mark.line, column: context.mark.column, isPlain: true,
                    plainLength: names.first?.count ?? 1))
        case .memory:
            return GymError(.badInput, "'\(source.file)' is nested too deeply")
        case .reader(let problem, _, _, _):
            return GymError(.badInput, "'\(source.file)' holds what is no text: \(problem)")
        default:
            return GymError(.badInput, "'\(source.file)' can't be read as YAML")
        }
    }
}

/// Turns the parser's nodes into ours, with bounded depth.
struct YAMLComposer {
    let source: YAMLSource

    func node(_ node: Node, name: String, depth: Int) throws -> YAMLNode {
        let mark = (line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        guard depth <= YAMLDocument.depthLimit else {
            throw GymError(
                .badInput, "the file is nested more than \(YAMLDocument.depthLimit) deep",
                place: source.place(line: mark.line, column: mark.column))
        }
        let content: YAMLNode.Content
        switch node {
        case .scalar(let scalar):
            content = .scalar(scalar.string, isPlain: scalar.style == .plain)
        case .sequence(let items):
            content = .list(try items.map { try self.node($0, name: name, depth: depth + 1) })
        case .mapping(let pairs):
            content = .mapping(try pairs.map { try entry($0.key, $0.value, depth: depth + 1) })
        case .alias:
            throw GymError(
                .badInput, "aliases are not read here", hint: "write the value out",
                place: source.place(line: mark.line, column: mark.column))
        }
        return YAMLNode(name: name, content: content, source: source, line: mark.line, column: mark.column)
    }

    private func entry(_ key: Node, _ value: Node, depth: Int) throws -> YAMLNode.Entry {
        let name = key.scalar?.string
        let keyNode = try node(key, name: name ?? "", depth: depth)
        guard let name, !name.isEmpty else { throw keyNode.error("a key is \(keyNode.summary), not a word") }
        return YAMLNode.Entry(key: keyNode, value: try node(value, name: name, depth: depth))
    }
}
