import Foundation
import Synchronization

/// A folder that one ABC process works in, in memory where the machine has a file system there. It goes with this
/// value, at the latest when the program ends; what a killed program left is removed by the next one.
final class PrivateFolder: Sendable {
    private static let prefix = "sextant-abc-"
    private static let lockName = "owner"
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
    /// A file in it that is locked as long as this process lives.
    private let lock: Int32

    /// Makes a fresh folder that only this user may enter.
    init() throws {
        let number = Self.open.withLock { open in
            open.number += 1
            return open.number
        }
        path = "\(Self.parent)/\(Self.prefix)\(getpid())-\(number)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        lock = Glibc.open("\(path)/\(Self.lockName)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        flock(lock, LOCK_EX | LOCK_NB)
        _ = Self.open.withLock { [path] in $0.paths.insert(path) }
    }

    deinit {
        _ = Self.open.withLock { [path] in $0.paths.remove(path) }
        close(lock)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Where a file of this name lies.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Removes all that are open, for when the program leaves.
    static func removeAll() {
        for path in open.withLock({ $0.paths }) { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Removes folders whose owner does not live any more, which its lock tells; very young ones are left alone, since
    /// theirs may not be there yet.
    private static func removeOrphans(in folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for path in names.filter({ $0.hasPrefix(prefix) }).map({ "\(folder)/\($0)" }) {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            guard let begun = attributes?[.modificationDate] as? Date, begun.timeIntervalSinceNow < -60 else {
                continue
            }
            let lock = Glibc.open("\(path)/\(lockName)", O_RDWR | O_CLOEXEC)
            guard lock >= 0 else { continue }
            if flock(lock, LOCK_EX | LOCK_NB) == 0 { try? FileManager.default.removeItem(atPath: path) }
            close(lock)
        }
    }
}
