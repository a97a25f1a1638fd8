import Foundation
import Synchronization

/// A folder of its own, removed with the value's last reference.
final class Scratch: Sendable {
    let folder: String
    private let serial = Atomic(0)

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "sextant-faults-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// A path that nothing had before.
    func newPath(_ kind: String) -> String { path("\(serial.add(1, ordering: .relaxed).newValue).\(kind)") }

    /// Writes a file and gives its path.
    @discardableResult func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: path(name)))
        return path(name)
    }
}
