import Gym
import Testing
import Wire

@Suite("The header frame")
struct HeaderTests {
    private static let header = Header(
        .step, encoding: .json, flags: [.reply, .packed], session: 0x0102_0304_0506_0708, sequence: 9,
        deadlineMilliseconds: 0x0A0B_0C0D)
    private static let bytes: [UInt8] = [
        0x53, 0x58, 0x54, 0x31, 0x4A, 5, 5, 0, 8, 7, 6, 5, 4, 3, 2, 1, 9, 0, 0, 0, 0, 0, 0, 0, 0x0D, 0x0C, 0x0B, 0x0A,
        0,
        0, 0, 0,
    ]

    @Test("has the bytes that the protocol page says")
    func layout() throws {
        #expect(Self.header.bytes == Self.bytes)
        #expect(try Header(bytes: Self.bytes) == Self.header)
    }

    @Test(
        "is refused where a part is wrong",
        arguments: [
            (0, UInt8(ascii: "X"), "the header does not begin with SXT1"),
            (4, UInt8(ascii: "Q"), "the encoding 81 is neither 'P' nor 'J'"),
            (31, 1, "the last four bytes of the header are not zero"),
        ])
    func faults(_ place: Int, _ byte: UInt8, _ message: String) {
        var bytes = Self.bytes
        bytes[place] = byte
        #expect { try Header(bytes: bytes) } throws: { ($0 as? GymError)?.message == message }
    }

    @Test("is refused at any other length", arguments: [0, 1, 31, 33])
    func lengths(_ count: Int) {
        let bytes = Array((Self.bytes + [0]).prefix(count))
        #expect { try Header(bytes: bytes) } throws: { ($0 as? GymError)?.code == .malformed }
    }

    @Test("keeps a verb that this side does not know, so that it can be answered")
    func unknownVerb() throws {
        var bytes = Self.bytes
        bytes[5] = 200
        let header = try Header(bytes: bytes)
        #expect(header.verb == nil)
        #expect(header.answer(.error).bytes[5] == 200)
    }
}
