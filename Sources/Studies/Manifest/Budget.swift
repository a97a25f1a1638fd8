import Files
import Gym

/// When a trial ends: whichever limit is met first.
public struct Budget: Sendable, Hashable {
    /// Evaluations that were paid for: samples answered from the trial's own history don't count.
    public var samples: Int?
    /// Minutes of search, those before an interruption included.
    public var minutes: Double?
    /// Paid samples in a row that brought no better score.
    public var plateau: Int?

    /// Sets limits; a trial needs `samples` or `minutes` to end for certain.
    public init(samples: Int? = nil, minutes: Double? = nil, plateau: Int? = nil) {
        (self.samples, self.minutes, self.plateau) = (samples, minutes, plateau)
    }

    /// How many actions may be proposed at most, so that a trial ends in a space that is exhausted too.
    public var proposals: Int? { samples.map { $0 * 10 } }

    /// As a person reads it: `samples: 1000, minutes: 30`.
    public var text: String {
        entries.map { "\($0.0): \($0.1)" }.joined(separator: ", ")
    }

    var entries: [(String, String)] {
        [
            ("samples", samples.map(String.init)), ("minutes", minutes.map(Value.format)),
            ("plateau", plateau.map(String.init)),
        ].compactMap { name, value in value.map { (name, $0) } }
    }

    /// Reads `{ samples: 1000, minutes: 30, plateau: 200 }`, or a plain number of samples.
    init(_ node: YAMLNode) throws {
        if node.isScalar {
            self.init(samples: try node.integer(in: Budget.counts))
            return
        }
        let fields = try node.fields(["samples", "minutes", "plateau"])
        self.init(
            samples: try fields["samples"]?.integer(in: Budget.counts),
            minutes: try fields["minutes"]?.number(in: 0.001...525_600),
            plateau: try fields["plateau"]?.integer(in: Budget.counts))
        guard samples != nil || minutes != nil else {
            throw node.error("'budget' has neither samples nor minutes", hint: "add samples: 1000")
        }
    }

    private static let counts = 1...1_000_000_000
}
