/// One memory device as data: organisation, timing and currents of everything behind one channel.
struct Device: Sendable {
    /// As the option `device` spells it.
    let name: String
    /// Where its numbers come from.
    let source: String
    /// The clock period in picoseconds, rounded as DRAMSys rounds it.
    let period: Int
    let ranks: Int
    let groups: Int
    let banksPerGroup: Int
    /// Bytes that one burst of the whole channel moves.
    let burstBytes: Int
    let timing: Timing
    /// Chips that work together in one rank; currents are those of one chip.
    let chips: Int
    let supplies: [Supply]
    /// Names of the address mappings that fit its organisation, the default first.
    let mappings: [String]

    var bankCount: Int { ranks * groups * banksPerGroup }
    /// Bytes a second at the pins, in GB/s.
    var peakBandwidth: Double { Double(burstBytes) / Double(timing.burst * period) * 1_000 }
}

/// Timing parameters in clock cycles, named as in the JEDEC standards without their `t`.
struct Timing: Sendable {
    /// Clocks that a burst holds the data bus (burst length over data rate).
    var burst: Int
    /// Latencies from command to data.
    var readLatency: Int
    var writeLatency: Int
    var rcd: Int
    var rp: Int
    var ras: Int
    var rc: Int
    var ccdShort: Int
    var ccdLong: Int
    var rrdShort: Int
    var rrdLong: Int
    var faw: Int
    var rtp: Int
    var wr: Int
    var wtrShort: Int
    var wtrLong: Int
    var rfc: Int
    var refi: Int
    var rtrs: Int
    /// Length of the write preamble.
    var wpre: Int
    /// Additive latency.
    var al: Int = 0
}

/// One voltage domain of a chip: volts, and data-sheet currents in milliamperes.
struct Supply: Sendable {
    var volts: Double
    var i0: Double
    var i2n: Double = 0
    var i3n: Double = 0
    var i4r: Double = 0
    var i4w: Double = 0
    var i5b: Double = 0
}

extension Device {
    /// Rises whenever a number below changes.
    static let tableVersion = 1

    static let all = [ddr4at2400]

    /// The first device of that name; nil where the table has none.
    static func named(_ name: String) -> Device? { all.first { $0.name == name } }

    static let ddr4at2400 = Device(
        name: "DDR4-2400",
        source: """
            JEDEC JESD79-4 speed bin 2400R (16-16-16), 4 Gb x8, eight chips, one rank; currents of Micron's 4 Gb \
            data sheet; both as in DRAMSys 5.0's JEDEC_4Gb_DDR4-2400_8bit_A.json (WL = 16; I5B = 118 mA is lower than \
            in other sources, 190 … 360 mA)
            """,
        period: 833, ranks: 1, groups: 4, banksPerGroup: 4, burstBytes: 64,
        timing: Timing(
            burst: 4, readLatency: 16, writeLatency: 16, rcd: 16, rp: 16, ras: 39, rc: 55, ccdShort: 4, ccdLong: 6,
            rrdShort: 4, rrdLong: 6, faw: 26, rtp: 12, wr: 18, wtrShort: 3, wtrLong: 9, rfc: 312, refi: 9_360, rtrs: 1,
            wpre: 1),
        chips: 8,
        supplies: [
            Supply(volts: 1.2, i0: 60.75, i2n: 38.25, i3n: 44, i4r: 184.5, i4w: 168.75, i5b: 118),
            Supply(volts: 2.5, i0: 4.05),
        ],
        mappings: ["RoBaBgCo", "RoCoBaBgCo", "BaRoCo"])
}
