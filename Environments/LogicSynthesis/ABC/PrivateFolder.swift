import Foundation
import Synchronization

/// A folder that one ABC process works in, in memory where the machine has a file system there. It goes with this
/// value, at the latest when the program ends; what a killed program left is removed by the next one.
final class PrivateFolder: Sendable {
    private static let prefix = "sextant-abc-"
    private static let open = Mutex<(number: Int, paths: Set<String>)>((0, []))
    private static let parent: String = {
        let memory = "/dev/shm"
        let folder = access(memory, W_OK | X_OK) == 0 ? memory : FileManager.default.temporaryDirectory.path
        removeOrphans(in: folder)
        // Not every way out of a program lets values go.
        atexit { PrivateFolder.removeAll() }
        return folder
    }()

    let path: String

    /// Makes a fresh folder that only this user may enter.
    init() throws {
        let number = Self.open.withLock { open in
            open.number += 1
            return open.number
        }
        path = "\(Self.parent)/\(Self.prefix)\(getpid())-\(number)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        _ = Self.open.withLock { [path] in $0.paths.insert(path) }
    }

    deinit {
        _ = Self.open.withLock { [path] in $0.paths.remove(path) }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Where a file of this name lies.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Removes all that are open, for when the program leaves.
    static func removeAll() {
        for path in open.withLock({ $0.paths }) { try? FileManager.default.removeItem(atPath: path) }
    }

    private static func removeOrphans(in folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix(prefix) {
            guard let owner = name.dropFirst(prefix.count).split(separator: "-").first.flatMap({ pid_t($0) }) else {
                continue
            }
            // A folder of another user can't be removed, and its process is not ours to ask about.
            if kill(owner, 0) == -1, errno == ESRCH { try? FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
        }
    }
}
