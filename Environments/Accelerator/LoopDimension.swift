/// One dimension of a layer's loop nest. Channels are counted per group, so that a depthwise convolution has as many
/// groups as channels and K = C = 1, and the heads of an attention product are groups.
package enum LoopDimension: Int, CaseIterable, Sendable {
    /// Batch.
    case n
    /// Groups: they index weights, inputs and outputs alike.
    case g
    /// Output channels of a group; columns of a matrix product.
    case k
    /// Input channels of a group; the reduction of a matrix product.
    case c
    /// Output rows; rows of a matrix product.
    case p
    /// Output columns.
    case q
    /// Rows of the filter.
    case r
    /// Columns of the filter.
    case s

    /// As the notation of mappings writes it.
    package var letter: String { ["N", "G", "K", "C", "P", "Q", "R", "S"][rawValue] }

    /// The dimension of a letter; nil for any other.
    package init?(letter: Character) {
        guard let place = Array("NGKCPQRS").firstIndex(of: letter) else { return nil }
        self.init(rawValue: place)
    }

    var bit: UInt8 { 1 << UInt8(rawValue) }
}

/// A number for each dimension, in the order of `LoopDimension`.
package typealias Extents = SIMD8<Int>

extension SIMD8<Int> {
    /// One everywhere.
    package static var ones: Extents { Extents(repeating: 1) }

    /// The number of a dimension.
    package subscript(dimension: LoopDimension) -> Int {
        get { self[dimension.rawValue] }
        set { self[dimension.rawValue] = newValue }
    }

    /// All multiplied; traps on overflow, so the caller has bounded them.
    package var product: Int { indices.reduce(1) { $0 * self[$1] } }
}

/// What a layer's multiplications read and write.
package enum Operand: Int, CaseIterable, Sendable {
    /// W[G, K, C, R, S]; in an attention product the second matrix.
    case weights
    /// I[N, G, C, P·stride + R·dilation, Q·stride + S·dilation].
    case inputs
    /// O[N, G, K, P, Q].
    case outputs

    /// As the notation of mappings writes it.
    package var letter: String { ["W", "I", "O"][rawValue] }

    /// Which dimensions index it, one bit each.
    var relevant: UInt8 {
        let dimensions: [LoopDimension] =
            switch self {
            case .weights: [.g, .k, .c, .r, .s]
            case .inputs: [.n, .g, .c, .p, .q, .r, .s]
            case .outputs: [.n, .g, .k, .p, .q]
            }
        return dimensions.reduce(0) { $0 | $1.bit }
    }
}

/// Some of the three operands.
package struct OperandSet: OptionSet, Sendable, Hashable {
    /// A bit per operand.
    package let rawValue: UInt8

    /// Names operands by their bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// One operand.
    package init(_ operand: Operand) { rawValue = 1 << UInt8(operand.rawValue) }

    /// All three.
    package static let all = OperandSet(rawValue: 0b111)

    /// The letters in order, such as `WIO`; `-` where there are none.
    package var letters: String {
        isEmpty ? "-" : Operand.allCases.filter { contains(OperandSet($0)) }.map(\.letter).joined()
    }

    /// The set that letters name; nil for a letter that is none of W, I, O or stands twice.
    package init?(letters: String) {
        var set: OperandSet = []
        for letter in letters where letters != "-" {
            guard let operand = Operand.allCases.first(where: { $0.letter == String(letter) }),
                set.insert(OperandSet(operand)).inserted
            else { return nil }
        }
        self = set
    }
}
