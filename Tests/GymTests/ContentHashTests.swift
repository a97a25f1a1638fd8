import Gym
import Testing

@Suite("content hash")
struct ContentHashTests {
    // From the FNV test vectors of Noll.
    @Test(
        "FNV-1a gives the published numbers",
        arguments: [
            ("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("b", 0xAF63_DF4C_8601_F1A5),
            ("foobar", 0x8594_4171_F739_67E8),
        ] as [(String, UInt64)])
    func vectors(text: String, hash: UInt64) {
        #expect(ContentHash.of(text.utf8) == hash)
    }

    @Test("bytes may come in pieces, and the text tells their number")
    func pieces() {
        var hash = ContentHash()
        hash.add("foo".utf8)
        hash.add("bar".utf8)
        #expect(hash.value == ContentHash.of("foobar".utf8))
        #expect(hash.text == "fnv1a:85944171f73967e8:6")
        #expect(ContentHash().text == "fnv1a:cbf29ce484222325:0")
    }

    @Test("the text always has 16 digits")
    func digits() {
        let texts = (0..<2_000).map { number in
            var hash = ContentHash()
            hash.add("\(number)".utf8)
            return hash.text
        }
        #expect(texts.allSatisfy { $0.split(separator: ":")[1].count == 16 })
        #expect(texts.contains { $0.hasPrefix("fnv1a:0") })
    }
}
