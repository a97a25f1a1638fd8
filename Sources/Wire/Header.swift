import Gym

/// The first frame of every message: 32 bytes, integers little-endian, so that a broker routes without decoding a body.
package struct Header: Sendable, Hashable {
    /// How the body is written; a reply uses its request's.
    package enum Encoding: UInt8, Sendable, CaseIterable {
        /// Protobuf's binary form.
        case binary = 0x50
        /// Protobuf's canonical JSON of the same messages.
        case json = 0x4A
    }

    /// What travels beside the verb.
    package struct Flags: OptionSet, Sendable, Hashable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }
        /// The message answers a request.
        package static let reply = Flags(rawValue: 1)
        /// The body is an `Error`.
        package static let error = Flags(rawValue: 2)
        /// A third frame of little-endian float64 follows the body.
        package static let packed = Flags(rawValue: 4)
    }

    /// How many bytes a header has.
    package static let byteCount = 32
    private static let magic: [UInt8] = Array("SXT1".utf8)

    package var encoding: Encoding
    /// The verb's number, which may be one that this side does not know.
    package var verbNumber: UInt8
    package var flags: Flags
    /// As MAKE gave it; 0 where none is needed.
    package var session: UInt64
    /// Rises by one per request of a session.
    package var sequence: UInt64
    /// For how long the asker will wait; 0 for as long as it takes.
    package var deadlineMilliseconds: UInt32

    /// The verb; nil for a number that this side does not know.
    package var verb: Verb? { Verb(rawValue: verbNumber) }

    /// The verb between broker and worker; nil for a number that is none.
    package var workerVerb: WorkerVerb? { WorkerVerb(rawValue: verbNumber) }

    package init(
        _ verb: Verb, encoding: Encoding = .binary, flags: Flags = [], session: UInt64 = 0, sequence: UInt64 = 0,
        deadlineMilliseconds: UInt32 = 0
    ) {
        self.init(
            number: verb.rawValue, encoding: encoding, flags: flags, session: session, sequence: sequence,
            deadlineMilliseconds: deadlineMilliseconds)
    }

    package init(
        _ verb: WorkerVerb, encoding: Encoding = .binary, flags: Flags = [], session: UInt64 = 0,
        sequence: UInt64 = 0, deadlineMilliseconds: UInt32 = 0
    ) {
        self.init(
            number: verb.rawValue, encoding: encoding, flags: flags, session: session, sequence: sequence,
            deadlineMilliseconds: deadlineMilliseconds)
    }

    private init(
        number: UInt8, encoding: Encoding, flags: Flags, session: UInt64, sequence: UInt64,
        deadlineMilliseconds: UInt32
    ) {
        (self.encoding, verbNumber, self.flags) = (encoding, number, flags)
        (self.session, self.sequence) = (session, sequence)
        self.deadlineMilliseconds = deadlineMilliseconds
    }

    /// Reads a header frame.
    ///
    /// - Throws: `GymError` (`malformed`) that says which part is wrong.
    package init(bytes: [UInt8]) throws {
        guard bytes.count == Header.byteCount else {
            throw GymError(.malformed, "the header has \(bytes.count) bytes, not \(Header.byteCount)")
        }
        guard bytes.starts(with: Header.magic) else {
            throw GymError(.malformed, "the header does not begin with SXT1")
        }
        guard let encoding = Encoding(rawValue: bytes[4]) else {
            throw GymError(.malformed, "the encoding \(bytes[4]) is neither 'P' nor 'J'")
        }
        guard bytes[28...].allSatisfy({ $0 == 0 }) else {
            throw GymError(.malformed, "the last four bytes of the header are not zero")
        }
        func integer(_ range: Range<Int>) -> UInt64 {
            bytes[range].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        self.encoding = encoding
        verbNumber = bytes[5]
        flags = Flags(rawValue: UInt16(integer(6..<8)))
        (session, sequence) = (integer(8..<16), integer(16..<24))
        deadlineMilliseconds = UInt32(integer(24..<28))
    }

    /// The header as a frame.
    package var bytes: [UInt8] {
        var bytes = Header.magic
        bytes.reserveCapacity(Header.byteCount)
        bytes += [encoding.rawValue, verbNumber]
        func append(_ value: UInt64, _ count: Int) {
            for shift in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
        }
        append(UInt64(flags.rawValue), 2)
        append(session, 8)
        append(sequence, 8)
        append(UInt64(deadlineMilliseconds), 8)
        return bytes
    }

    /// The header of the answer to this one.
    package func answer(_ more: Flags = []) -> Header {
        var header = self
        header.flags = Flags.reply.union(more)
        header.deadlineMilliseconds = 0
        return header
    }
}
