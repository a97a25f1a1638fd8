import Foundation
import Gym

/// Reading the lists, which may change at any time.
extension Keyring {
    /// The most peers on one list.
    static let peerLimit = 10_000

    /// What can be seen of a file without reading it; a change of the file changes it.
    struct Stamp: Equatable {
        let name: String
        let seconds: Int
        let nanoseconds: Int
        let size: Int64
        let inode: UInt64
    }

    /// The files of a list, by name; none where the folder can't be read.
    func stamps(of list: List) -> [Stamp] {
        let place = "\(folder)/\(list.rawValue)"
        guard let files = try? FileManager.default.contentsOfDirectory(atPath: place) else { return [] }
        return files.filter { $0.hasSuffix(".pub") && !$0.hasPrefix(".") }.sorted().compactMap { file in
            var status = stat()
            guard stat("\(place)/\(file)", &status) == 0 else { return nil }
            return Stamp(
                name: String(file.dropLast(4)), seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec,
                size: Int64(status.st_size), inode: UInt64(status.st_ino))
        }
    }

    /// Everybody on a list, by name, and what is wrong with the other files.
    func peers(on list: List) -> (peers: [Peer], flaws: [GymError]) { peers(on: list, stamps(of: list)) }

    /// As above, for stamps that were taken before.
    func peers(on list: List, _ stamps: [Stamp]) -> (peers: [Peer], flaws: [GymError]) {
        var (peers, flaws): ([Peer], [GymError]) = ([], [])
        var owners: [String: String] = [:]
        for stamp in stamps.prefix(Keyring.peerLimit) {
            let path = path(of: stamp.name, on: list)
            do {
                guard Keyring.isName(stamp.name) else {
                    throw GymError(.badInput, "'\(path)' has a name that no peer can have", hint: "rename it")
                }
                let key = try KeyFile.key(path, isSecret: false)
                if let owner = owners.updateValue(stamp.name, forKey: key) {
                    // Otherwise deleting one of the files would not revoke the key.
                    throw GymError(
                        .badInput, "'\(path)' holds the same key as \(owner).pub", hint: "delete one of them")
                }
                peers.append(Peer(name: stamp.name, key: key))
            } catch { flaws.append(GymError(wrapping: error)) }
        }
        if stamps.count > Keyring.peerLimit {
            flaws.append(
                GymError(
                    .tooLarge, "'\(folder)/\(list.rawValue)' has \(stamps.count) keys; \(Keyring.peerLimit) fit"))
        }
        return (peers, flaws)
    }
}
