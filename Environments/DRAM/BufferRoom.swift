/// Whether the scheduler's buffers can take another request.
struct BufferRoom {
    private let kind: ControllerKnobs.Buffer
    private let size: Int32
    private let used: UnsafeMutablePointer<Int32>
    private var last = 0

    init(_ knobs: ControllerKnobs, bankCount: Int) {
        (kind, size) = (knobs.buffer, Int32(knobs.bufferSize))
        used = .allocate(capacity: max(2, bankCount))
        used.initialize(repeating: 0, count: max(2, bankCount))
    }

    func deallocate() { used.deallocate() }

    /// Whether there is room. As in DRAMSys, nothing is known of the request to come: the bankwise buffer looks at the
    /// bank that was stored to last, and the read and write buffers must both have room.
    var hasSpace: Bool {
        switch kind {
        case .bankwise, .shared: used[last] < size
        case .readWrite: used[0] < size && used[1] < size
        }
    }

    mutating func store(bank: Int, isWrite: Bool) {
        last = place(bank, isWrite)
        used[last] += 1
    }

    mutating func release(bank: Int, isWrite: Bool) {
        used[place(bank, isWrite)] -= 1
    }

    private func place(_ bank: Int, _ isWrite: Bool) -> Int {
        switch kind {
        case .bankwise: bank
        case .readWrite: isWrite ? 1 : 0
        case .shared: 0
        }
    }
}
