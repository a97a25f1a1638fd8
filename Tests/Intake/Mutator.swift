public import Gym

/// Makes messages that are wrong in some way out of messages that are not.
public struct Mutator {
    /// What a number in a text may become.
    private static let numbers = [
        "0", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "1e400", "\"NaN\"", "[", "{}",
    ].map { Array($0.utf8) }
    /// What a byte may become: ends of ranges, and tags of the first fields of any message.
    private static let bytes: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, 0x08, 0x0A, 0x12, 0x1A, 0x22, 0x5B, 0x7B, 0x2D]

    private var dice: Generator
    private let corpus: [[UInt8]]

    /// Begins with some messages.
    public init(_ generator: Generator, corpus: [[UInt8]]) { (dice, self.corpus) = (generator, corpus) }

    /// The next message: one of the corpus with up to eight changes.
    public mutating func next() -> [UInt8] {
        var bytes = corpus[dice.below(corpus.count)]
        // The header is right in most of them, so that what is behind it is tried.
        let first = dice.chance(0.15) ? 0 : min(32, bytes.count)
        for _ in 0...dice.below(8) { change(&bytes, from: first) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], from first: Int) {
        guard bytes.count > first else {
            bytes += (0..<dice.below(20)).map { _ in UInt8(dice.below(256)) }
            return
        }
        let place = first + dice.below(bytes.count - first)
        let length = min(dice.below(24), bytes.count - place)
        switch dice.below(8) {
        case 0: bytes[place] ^= 1 << UInt8(dice.below(8))
        case 1: bytes[place] = Mutator.bytes[dice.below(Mutator.bytes.count)]
        case 2: bytes.removeSubrange(place..<place + length)
        case 3: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
        case 4: bytes.removeSubrange(place...)
        case 5:
            let other = corpus[dice.below(corpus.count)]
            bytes.replaceSubrange(place..., with: other.dropFirst(dice.below(other.count)))
        case 6: bytes.insert(contentsOf: Mutator.numbers[dice.below(Mutator.numbers.count)], at: place)
        default:
            // A varint of ten bytes is as large as a length can be.
            let varint = [UInt8](repeating: 0xFF, count: dice.below(10)) + [UInt8(dice.below(128))]
            bytes.replaceSubrange(place..<min(bytes.count, place + varint.count), with: varint)
        }
    }
}
