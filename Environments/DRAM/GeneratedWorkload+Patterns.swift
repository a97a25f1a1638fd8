import Gym

/// Streams that put single knobs under strain.
extension GeneratedWorkload {
    /// Bursts of 16 … 79 requests, one a clock, over four open rows and now and then a far one, two in five writes;
    /// pauses of a fifth to a whole refresh interval between them.
    static func bursts(_ count: Int, _ trace: inout RequestTrace) {
        var draws = Generator(seed: 1, "bursts")
        var clock = 0
        while trace.count < count {
            let rows = (0..<4).map { _ in UInt64(draws.below(1 << 13)) << 17 | UInt64(draws.below(16)) << 13 }
            for _ in 0..<min(16 + draws.below(64), count - trace.count) {
                let isFar = draws.below(8) == 0
                let row = isFar ? UInt64(draws.below(1 << 17)) << 13 : rows[draws.below(4)]
                trace.append(clock: clock, isWrite: draws.below(5) < 2, address: row + 64 * UInt64(draws.below(128)))
                clock += 1
            }
            clock += 1_800 + draws.below(7_500)
        }
    }

    /// Eight threads with windows of their own: four read and two write sequentially, one strides over rows, one is
    /// random; which one is next is drawn, a request every 3 … 8 clocks.
    static func threads(_ count: Int, _ trace: inout RequestTrace) {
        var draws = Generator(seed: 1, "threads")
        // Odd multiples of 8 KiB, so that the threads begin in different banks.
        var next = (0..<8).map { UInt64($0) << 26 | UInt64($0 * 5 % 16) << 13 }
        var clock = 0
        for _ in 0..<count {
            let thread = draws.below(8)
            trace.append(clock: clock, isWrite: thread >= 6, address: next[thread])
            switch thread {
            case 4: next[thread] = UInt64(thread) << 26 | (next[thread] + (1 << 17) + 64) & 0x3FF_FFFF
            case 5: next[thread] = UInt64(thread) << 26 | UInt64(draws.below(1 << 20)) << 6
            default: next[thread] += 64
            }
            clock += 3 + draws.below(6)
        }
    }

    /// Two lists are followed from element to element over 512 MiB: each next read waits for the last one, for which
    /// 70 … 90 clocks are allowed; every eighth element is changed.
    static func chase(_ count: Int, _ trace: inout RequestTrace) {
        var draws = Generator(seed: 1, "chase")
        var clock = 0
        while trace.count < count {
            let element = UInt64(draws.below(1 << 23)) * 64
            trace.append(clock: clock, isWrite: false, address: element)
            // The list's head and its payload lie in one line and the one behind it.
            if draws.below(2) == 0, trace.count < count {
                trace.append(clock: clock + 1, isWrite: false, address: element ^ 64)
            }
            clock += 35 + draws.below(11)
            if draws.below(8) == 0, trace.count < count {
                trace.append(clock: clock, isWrite: true, address: element)
            }
        }
    }

    /// Writes without a pause in small blocks all over the memory, with the reads of a table between them.
    static func writes(_ count: Int, _ trace: inout RequestTrace) {
        var draws = Generator(seed: 1, "writes")
        var clock = 0
        var table: UInt64 = 0x3000_0000
        while trace.count < count {
            let block = UInt64(draws.below(1 << 20)) * 512
            for line in 0..<UInt64(1 + draws.below(8)) where trace.count < count {
                trace.append(clock: clock, isWrite: true, address: block + 64 * line)
                clock += 4
                guard draws.below(3) == 0, trace.count < count else { continue }
                trace.append(clock: clock, isWrite: false, address: table)
                table += 64
                clock += 4
            }
            clock += draws.below(24)
        }
    }
}
