/// Decisions with what they led to, the latest of them: what an off-policy learner learns from. Flat buffers that grow
/// to the limit once and are then written over.
public struct Replay: Sendable {
    /// How many decisions are kept.
    public let limit: Int
    /// How many there are.
    public private(set) var count = 0
    private(set) var inputs: [Float] = []
    private(set) var nextInputs: [Float] = []
    private(set) var choices: [Int32] = []
    /// Empty while no decision had a mask.
    private(set) var masks: [UInt8] = []
    private(set) var nextMasks: [UInt8] = []
    private(set) var rewards: [Float] = []
    private(set) var terminals: [Bool] = []
    private let width: Int
    private let heads: CategoricalHeads
    private var next = 0

    /// Keeps at most `limit` decisions, each made from `inputs` numbers.
    public init(limit: Int, inputs: Int, heads: CategoricalHeads) {
        (self.limit, width, self.heads) = (max(1, limit), inputs, heads)
    }

    /// Adds a decision; a choice that was not made is -1, masks are nil where nothing was forbidden.
    public mutating func append(
        inputs: [Float], choices: [Int32], masks: [UInt8]?, reward: Float, isTerminal: Bool, nextInputs: [Float],
        nextMasks: [UInt8]?
    ) {
        precondition(
            inputs.count == width && nextInputs.count == width && choices.count == heads.counts.count,
            "a decision has the wrong shape")
        let free = [UInt8](repeating: 1, count: heads.logitCount)
        if masks != nil || nextMasks != nil, self.masks.isEmpty {
            self.masks = [UInt8](repeating: 1, count: count * heads.logitCount)
            self.nextMasks = self.masks
        }
        let isMasked = masks != nil || nextMasks != nil || !self.masks.isEmpty
        let place = next
        Self.put(inputs, &self.inputs, place)
        Self.put(nextInputs, &self.nextInputs, place)
        Self.put(choices, &self.choices, place)
        Self.put([reward], &rewards, place)
        Self.put([isTerminal], &terminals, place)
        if isMasked {
            Self.put(masks ?? free, &self.masks, place)
            Self.put(nextMasks ?? free, &self.nextMasks, place)
        }
        count = min(limit, count + 1)
        next = (next + 1) % limit
    }

    private static func put<Element>(_ row: [Element], _ buffer: inout [Element], _ place: Int) {
        let start = place * row.count
        if start == buffer.count {
            buffer += row
        } else {
            for column in row.indices { buffer[start + column] = row[column] }
        }
    }
}
