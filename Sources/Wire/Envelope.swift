import Gym
import SwiftProtobuf

/// A whole message as its frames: header, body and, for batches in binary, packed numbers.
package struct Envelope: Sendable {
    package var header: Header
    package var body: [UInt8]
    /// Little-endian float64 values of the packed frame; empty where there is none.
    package var numbers: [Double]

    /// Reads frames that came from outside.
    ///
    /// - Throws: `GymError` (`malformed`): the wrong number of frames, a bad header, or a packed frame that is no
    ///   sequence of float64.
    package init(frames: [[UInt8]]) throws {
        guard let first = frames.first else { throw GymError(.malformed, "the message has no frames") }
        header = try Header(bytes: first)
        let isPacked = header.flags.contains(.packed)
        guard frames.count == (isPacked ? 3 : 2) else {
            throw GymError(.malformed, "the message has \(frames.count) frames, not \(isPacked ? 3 : 2)")
        }
        body = frames[1]
        numbers = isPacked ? try Envelope.unpack(frames[2]) : []
    }

    init(header: Header, message: some Message, numbers: [Double] = []) throws {
        (self.header, self.numbers) = (header, numbers)
        if !numbers.isEmpty { self.header.flags.insert(.packed) }
        switch header.encoding {
        case .binary: body = try message.serializedBytes()
        case .json: body = try message.jsonUTF8Bytes()
        }
    }

    /// The message as frames to send.
    package var frames: [[UInt8]] {
        header.flags.contains(.packed) ? [header.bytes, body, Envelope.pack(numbers)] : [header.bytes, body]
    }

    /// How many bytes the frames have together.
    package var byteCount: Int { Header.byteCount + body.count + 8 * numbers.count }

    /// The body as a message of the schema; unknown fields are ignored, so that the schema can grow.
    ///
    /// - Throws: `GymError` (`malformed`).
    func message<Body: Message>(_ type: Body.Type = Body.self) throws -> Body {
        do {
            switch header.encoding {
            case .binary: return try Body(serializedBytes: body)
            case .json:
                var options = JSONDecodingOptions()
                options.ignoreUnknownFields = true
                return try Body(jsonUTF8Bytes: body.isEmpty ? Array("{}".utf8) : body, options: options)
            }
        } catch {
            let verb =
                header.verb.map { "\($0)" } ?? header.workerVerb.map { "\($0)" } ?? "\(header.verbNumber)"
            throw GymError(
                .malformed, "the body of '\(verb)' can't be read as \(header.encoding == .json ? "JSON" : "protobuf")",
                hint: "docs/protocol.md has the messages and their fields")
        }
    }

    private static func pack(_ numbers: [Double]) -> [UInt8] {
        numbers.map { $0.bitPattern.littleEndian }.withUnsafeBytes { Array($0) }
    }

    private static func unpack(_ bytes: [UInt8]) throws -> [Double] {
        guard bytes.count.isMultiple(of: 8) else {
            throw GymError(.malformed, "the packed frame has \(bytes.count) bytes, which is no multiple of 8")
        }
        return bytes.withUnsafeBytes { buffer in
            (0..<bytes.count / 8).map {
                Double(bitPattern: UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
            }
        }
    }
}
