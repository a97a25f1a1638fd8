import Foundation
import Gym

/// A server's folder of keys: `server.key` and `server.pub`, and a file NAME.pub for everybody who is let in, in
/// `clients` for the agents' endpoint and in `workers` for the workers'. Deleting such a file revokes the key, also
/// while the server runs.
public struct Keyring: Sendable {
    /// Who is let in where; the raw value is the folder.
    public enum List: String, Sendable, CaseIterable {
        case agents = "clients"
        case workers = "workers"

        /// What libzmq calls the endpoint that the list is for.
        var domain: String { "\(self)" }
    }

    /// Somebody who is listed.
    public struct Peer: Sendable, Equatable {
        /// The file's name without its ending.
        public let name: String
        /// The public key.
        public let key: String
    }

    /// The folder, as it was named.
    public let folder: String
    /// The server's public key, which every peer has to have.
    public var serverKey: String { pair.publicKey }
    let pair: KeyPair

    /// Reads and checks a folder. The lists are read again by whoever needs them, since they change.
    ///
    /// - Throws: `GymError`: `usage` where there is no such folder or no server's key in it, `bad-input` for the first
    ///   file that is wrong, and for a secret key that others may read.
    public init(folder: String) throws {
        let path = "\(folder)/server.key"
        guard KeyFile.exists(path) else {
            throw GymError(
                .usage, "there is no server's key '\(path)'",
                hint: "sextant keys new NAME --keys \(folder)    makes it, and a key for NAME")
        }
        self.folder = folder
        pair = try KeyPair(secretKey: try KeyFile.key(path, isSecret: true))
        let shown = "\(folder)/server.pub"
        if KeyFile.exists(shown), try KeyFile.key(shown, isSecret: false) != pair.publicKey {
            throw GymError(
                .badInput, "'\(shown)' does not belong to '\(path)'",
                hint: "restore the pair, or move both away and make a new one")
        }
        for list in List.allCases {
            try Keyring.checkOnlyOwnerWrites("\(folder)/\(list.rawValue)")
            if let flaw = peers(on: list).flaws.first { throw flaw }
        }
    }

    /// Whoever may write into a list lets in whom he likes.
    private static func checkOnlyOwnerWrites(_ list: String) throws {
        var status = stat()
        guard stat(list, &status) == 0, status.st_mode & S_IWOTH != 0 else { return }
        throw GymError(
            .badInput, "everybody on this machine may add keys to '\(list)'", hint: "chmod o-w \(list)")
    }

    /// Everybody who is listed now, by name; files that are wrong list nobody.
    public func listed(on list: List) -> [Peer] { peers(on: list).peers }

    // MARK: Making

    /// The folder's keyring; where it has no server's key, that is made first.
    ///
    /// - Throws: as `init(folder:)`, and `GymError` (`usage`) where something can't be made.
    public static func make(in folder: String) throws -> Keyring {
        if !KeyFile.exists("\(folder)/server.key") {
            for list in List.allCases { try makeFolder("\(folder)/\(list.rawValue)") }
            let pair = try KeyPair()
            // The public half comes first: where it is there already, the secret half may only have been mislaid.
            try KeyFile.write(pair.publicKey + "\n", to: "\(folder)/server.pub", isSecret: false)
            do {
                try KeyFile.write(pair.secretKey + "\n", to: "\(folder)/server.key", isSecret: true)
            } catch {
                unlink("\(folder)/server.pub")
                throw error
            }
        }
        return try Keyring(folder: folder)
    }

    private static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw GymError(.usage, "the folder of keys '\(path)' can't be made: \(error.localizedDescription)")
        }
    }

    /// Makes a key for a new peer, writes it to a file that is to be carried to the peer, and lists its public half.
    ///
    /// - Throws: `GymError` (`usage`) for a name that is none, and where one of the two files is there already.
    @discardableResult
    public func admit(_ name: String, to list: List, writingKeyTo file: String) throws -> PeerKey {
        try Keyring.checkName(name)
        try Keyring.makeFolder("\(folder)/\(list.rawValue)")
        let key = PeerKey(try KeyPair(), serverKey: serverKey)
        try key.write(to: file, of: name)
        do {
            try KeyFile.write(key.publicKey + "\n", to: path(of: name, on: list), isSecret: false)
        } catch {
            unlink(file)
            throw error
        }
        return key
    }

    /// Checks a name before anything is made for it.
    ///
    /// - Throws: `GymError` (`usage`) for one that could not be a file's, or would hide or leave the folder.
    public static func checkName(_ name: String) throws {
        guard isName(name) else {
            throw GymError(
                .usage, "'\(name)' can't be a peer's name",
                hint: "up to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit")
        }
    }

    /// Where a peer's public key lies.
    public func path(of name: String, on list: List) -> String { "\(folder)/\(list.rawValue)/\(name).pub" }

    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 64 else { return false }
        func isPlain(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        return isPlain(first) && name.utf8.allSatisfy { isPlain($0) || ".-_".utf8.contains($0) }
    }
}
