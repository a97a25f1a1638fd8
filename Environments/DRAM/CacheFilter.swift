/// What of a program's memory accesses reaches the memory: a first level for instructions and one for data, and a
/// second level behind both, all of 64-byte lines, least recently used first out, written back and filled on writes.
///
/// A miss of the second level is a read request, a changed line that falls out of it a write request. Pages of 4 KiB
/// get pseudo-random frames in 1 GiB when they are first touched, as an operating system scatters them.
public struct CacheFilter: Sendable {
    /// Sizes and speed.
    public struct Configuration: Sendable {
        /// KiB of each first level, a power of two.
        public var firstLevel = 32
        /// KiB of the second level, a power of two.
        public var secondLevel = 256
        /// Memory clocks that one instruction takes.
        public var clocksPerInstruction = 0.5

        /// The caches of a small core.
        public init() {}
    }

    /// What an access does.
    public enum Access: Sendable {
        case instruction, load, store
    }

    private static let pageLimit = 1 << 18
    /// The requests so far; their clocks are those of the instructions.
    public private(set) var trace = RequestTrace()
    /// How many instructions have passed.
    public private(set) var instructions = 0
    private let clocksPerInstruction: Double
    private var code: Cache
    private var data: Cache
    private var second: Cache
    private var time = 0.0
    private var frames: [UInt64: UInt64] = [:]

    /// Empty caches.
    public init(_ configuration: Configuration = Configuration()) {
        code = Cache(kibibytes: configuration.firstLevel, ways: 8)
        data = Cache(kibibytes: configuration.firstLevel, ways: 8)
        second = Cache(kibibytes: configuration.secondLevel, ways: 16)
        clocksPerInstruction = configuration.clocksPerInstruction
    }

    /// Time passes for so many instructions.
    public mutating func execute(_ count: Int = 1) {
        instructions += count
        time = Double(instructions) * clocksPerInstruction
    }

    /// One access of a few bytes; one that crosses a line counts for both.
    public mutating func access(_ kind: Access, at address: UInt64, bytes: Int = 8) {
        let first = address >> 6
        let last = (address &+ UInt64(max(1, bytes) - 1)) >> 6
        touch(first, kind)
        if last > first { touch(last, kind) }
    }

    private mutating func touch(_ line: UInt64, _ kind: Access) {
        let isStore = kind == .store
        let outcome =
            kind == .instruction
            ? code.touch(line, dirties: false) : data.touch(line, dirties: isStore)
        guard !outcome.isHit else { return }
        if let victim = outcome.victim { reach(victim, dirties: true) }
        reach(line, dirties: false)
    }

    /// The second level; a line that the first one writes back is not read from memory first.
    private mutating func reach(_ line: UInt64, dirties: Bool) {
        let outcome = second.touch(line, dirties: dirties)
        guard !outcome.isHit else { return }
        if let victim = outcome.victim { request(victim, isWrite: true) }
        if !dirties { request(line, isWrite: false) }
    }

    private mutating func request(_ line: UInt64, isWrite: Bool) {
        let frame = frame(of: line >> 6)
        trace.append(clock: Int(time), isWrite: isWrite, address: frame << 12 | (line & 63) << 6)
    }

    /// Frames are drawn without repetition by a bijection of the order of first touch.
    private mutating func frame(of page: UInt64) -> UInt64 {
        if let frame = frames[page] { return frame }
        let order = UInt64(frames.count % CacheFilter.pageLimit)
        // An odd factor and shifts permute the 18 bits.
        var mixed = (order &* 0x2_C9A5) & 0x3_FFFF
        mixed ^= mixed >> 9
        mixed = (mixed &* 0x1_5D4B) & 0x3_FFFF
        frames[page] = mixed
        return mixed
    }
}

/// One level: sets of lines in the order of their last use.
private struct Cache: Sendable {
    private let ways: Int
    private let setMask: UInt64
    /// Line number plus one, 0 for an empty place; and whether it was changed. The most recent first in its set.
    private var lines: [UInt64]
    private var dirty: [Bool]

    init(kibibytes: Int, ways: Int) {
        let sets = max(1, kibibytes * 1_024 / 64 / ways)
        (self.ways, setMask) = (ways, UInt64(sets - 1))
        lines = [UInt64](repeating: 0, count: sets * ways)
        dirty = [Bool](repeating: false, count: sets * ways)
    }

    /// Uses a line, and says whether it was there and which changed line had to leave for it.
    mutating func touch(_ line: UInt64, dirties: Bool) -> (isHit: Bool, victim: UInt64?) {
        let start = Int(line & setMask) * ways
        let end = start + ways
        var place = start
        while place < end, lines[place] != line + 1 { place += 1 }
        let isHit = place < end
        if !isHit { place = end - 1 }
        let wasDirty = dirty[place]
        let victim = !isHit && wasDirty ? lines[place] - 1 : nil
        while place > start {
            (lines[place], dirty[place]) = (lines[place - 1], dirty[place - 1])
            place -= 1
        }
        (lines[start], dirty[start]) = (line + 1, dirties || (isHit && wasDirty))
        return (isHit, victim)
    }
}
