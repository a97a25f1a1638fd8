import Gym

/// What an ask finds at a cost, written down as it is found, or read from the note of an earlier run in place of being
/// found again.
struct Recollection: Sendable {
    /// All that was found so far, or all that is to be read.
    private(set) var words: [UInt64] = []
    /// The next word to read; nil while writing.
    private var place: Int?

    /// Begins an empty note.
    init() {}

    /// Reads a note from its beginning.
    init(reading words: [UInt64]) { (self.words, place) = (words, 0) }

    /// Whether nothing is left to read.
    var isSpent: Bool { place.map { $0 == words.count } ?? true }

    /// So many numbers from the note; where there is none, as they are found now.
    mutating func numbers(_ count: Int, find: () throws -> [Double]) throws -> [Double] {
        if place != nil { return try (0..<count).map { _ in Double(bitPattern: try next()) } }
        let found = try find()
        words += found.map(\.bitPattern)
        return found
    }

    /// A genome, and the generator as it was when that had been found; nil where a search found none.
    mutating func genome(
        _ length: Int, _ generator: inout Generator, find: (inout Generator) throws -> [Double]?
    ) throws -> [Double]? {
        guard place != nil else {
            let found = try find(&generator)
            words += generator.words
            words.append(found == nil ? 0 : 1)
            if let found { words += found.map(\.bitPattern) }
            return found
        }
        generator = Generator(words: (try next(), try next(), try next(), try next()))
        return try next() == 0 ? nil : numbers(length) { [] }
    }

    private mutating func next() throws -> UInt64 {
        guard let place, place < words.count else {
            throw GymError(.replayMismatch, "resume refused: a note of the agent 'bayesian' is too short")
        }
        self.place = place + 1
        return words[place]
    }
}
