/// What a run of symbols holds, wherever it holds it: how often each symbol comes, each pair side by side, and each
/// pair in order with others between, where a pair counts less the more lie between (the sub-sequence kernel of Lodhi
/// and others, 2002, with its features written out for sub-sequences of up to two symbols).
public struct SequenceFeatures: Sendable {
    /// The groups of features: symbols, neighbouring pairs, pairs with gaps.
    public static let groups = 3

    /// How many symbols there are.
    public let alphabet: Int
    /// What a pair loses for every symbol between its two.
    public let decay: Double

    /// Features over symbols `0 ..< alphabet`.
    public init(alphabet: Int, decay: Double = 0.7) { (self.alphabet, self.decay) = (alphabet, decay) }

    /// How many features there are in all groups.
    public var count: Int { alphabet + 2 * alphabet * alphabet }

    /// The features of a group.
    public func range(of group: Int) -> Range<Int> {
        let square = alphabet * alphabet
        return group == 0 ? 0..<alphabet : alphabet + (group - 1) * square..<alphabet + group * square
    }

    /// Writes the features of a run of symbols; a number that is no symbol is passed over.
    func write(_ symbols: [Double], to features: inout [Double], _ faded: inout [Double]) {
        for place in 0..<count { features[place] = 0 }
        for place in 0..<alphabet { faded[place] = 0 }
        let (pairs, gaps) = (alphabet, alphabet + alphabet * alphabet)
        var last: Int?
        for value in symbols {
            let symbol = Int(value)
            guard symbol >= 0, symbol < alphabet else { continue }
            features[symbol] += 1
            if let last { features[pairs + last * alphabet + symbol] += 1 }
            for earlier in 0..<alphabet {
                features[gaps + earlier * alphabet + symbol] += faded[earlier]
                faded[earlier] *= decay
            }
            // A pair side by side counts in its own group alone.
            if let last { faded[last] += decay }
            last = symbol
        }
    }
}
