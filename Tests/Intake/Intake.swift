import Gym
import Wire

/// Everything that reads what comes from outside, behind one door, so that a fuzzer and tests try the same.
public enum Intake {
    /// The spec that replies are read with; nil and one that fits the corpus are tried both.
    private static let specs: [EnvironmentSpec?] = [nil, Corpus.spec]

    /// Reads bytes as every kind of message there is, and writes again whatever could be read. Only a trap or a hang
    /// is a failure: what can't be read is an error like any other.
    ///
    /// - Returns: how many kinds of message the bytes could be read as.
    @discardableResult public static func read(_ bytes: [UInt8]) -> Int {
        guard let envelope = try? Envelope(frames: frames(of: bytes)) else { return 0 }
        let limits = Limits()
        var count = 0
        func note(_ read: (Envelope) throws -> (Header) throws -> Envelope) {
            guard let write = try? read(envelope) else { return }
            count += 1
            // What could be read can be sent on.
            _ = try? write(envelope.header).frames
        }
        note { try Request($0, limits: limits).envelope }
        note { try WorkerReport($0, limits: limits).envelope }
        note { try WorkerOrder($0).envelope }
        for spec in specs {
            note { message in
                let reply = try Reply(message, spec: spec)
                if case .made(let made) = reply { use(made.spec) }
                return { try reply.envelope($0) }
            }
        }
        return count
    }

    /// What a client does first with a spec that came from outside.
    private static func use(_ spec: EnvironmentSpec) {
        guard let spec = try? spec.checked() else { return }
        var generator = Generator(seed: 1)
        guard let action = try? spec.actionSpace.sample(&generator) else { return }
        _ = try? spec.actionSpace.checked(action)
        _ = spec.actionSpace.canonical(action)
    }

    /// Bytes as the frames of a message: 32 bytes of header, and where that says so, the packed numbers split off the
    /// end of the rest at a place that two bytes name.
    public static func frames(of bytes: [UInt8]) -> [[UInt8]] {
        let header = Array(bytes.prefix(Header.byteCount))
        let rest = bytes.dropFirst(Header.byteCount)
        guard let flags = (try? Header(bytes: header))?.flags, flags.contains(.packed), rest.count >= 2 else {
            return [header, Array(rest)]
        }
        let length = Int(rest[rest.startIndex]) | Int(rest[rest.startIndex + 1]) << 8
        let body = rest.dropFirst(2).prefix(length)
        return [header, Array(body), Array(rest.dropFirst(2 + body.count))]
    }

    /// The bytes whose frames these are.
    public static func bytes(of frames: [[UInt8]]) -> [UInt8] {
        guard frames.count == 3 else { return frames.flatMap(\.self) }
        let length = UInt16(clamping: frames[1].count)
        return frames[0] + [UInt8(length & 0xFF), UInt8(length >> 8)] + frames[1] + frames[2]
    }
}
