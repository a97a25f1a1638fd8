import Foundation
import Gym

/// Reading and writing of small files of keys, with a careful eye on who else may read them.
enum KeyFile {
    /// No file of keys is longer.
    private static let byteLimit = 4_096

    /// The text of a file.
    ///
    /// - Throws: `GymError`: `usage` where there is none, `bad-input` for one that is too long or no plain file, and
    ///   for a secret that others on this machine may read.
    static func read(_ path: String, isSecret: Bool) throws -> String {
        // Without O_NONBLOCK a pipe of that name would be waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw GymError(.usage, "the key '\(path)' can't be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw GymError(.badInput, "'\(path)' is no plain file, so no key is read from it")
        }
        guard !isSecret || status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw GymError(
                .badInput, "others on this machine may read the secret key '\(path)' (mode \(mode))",
                hint: "chmod 600 \(path)    and make a new key where somebody may have read this one")
        }
        var bytes = [UInt8](repeating: 0, count: byteLimit + 1)
        let count = Foundation.read(descriptor, &bytes, bytes.count)
        guard count >= 0, count <= byteLimit, let text = String(validating: bytes.prefix(count), as: UTF8.self) else {
            throw GymError(.badInput, "'\(path)' holds no key", hint: "sextant keys new NAME makes one")
        }
        return text
    }

    /// Makes a new file; one that is there stays as it is.
    ///
    /// - Throws: `GymError` (`usage`) where the file is there already or can't be made.
    static func write(_ text: String, to path: String, isSecret: Bool) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isSecret ? 0o600 : 0o644)
        guard descriptor >= 0 else {
            guard errno == EEXIST else {
                throw GymError(.usage, "'\(path)' can't be made: \(String(cString: strerror(errno)))")
            }
            throw GymError(.usage, "'\(path)' is there already, and keys are never overwritten")
        }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Foundation.write(descriptor, bytes, bytes.count) == bytes.count else {
            unlink(path)
            throw GymError(.usage, "'\(path)' can't be written: \(String(cString: strerror(errno)))")
        }
    }

    /// Whether there is something of that name, readable or not.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 || errno != ENOENT }

    /// The only key of a file that has nothing else.
    ///
    /// - Throws: as `read`, and `GymError` (`bad-input`) where it is no key.
    static func key(_ path: String, isSecret: Bool) throws -> String {
        let text = try read(path, isSecret: isSecret).trimmingCharacters(in: .whitespacesAndNewlines)
        guard KeyPair.isKey(text) else {
            throw GymError(
                .badInput, "'\(path)' holds no key: it has to be one line of 40 characters in Z85",
                hint: "sextant keys new NAME makes one")
        }
        return text
    }
}
