/// One memory device as data: organisation, timing and currents of everything behind one channel.
struct Device: Sendable {
    /// As the option `device` spells it.
    let name: String
    /// Where its numbers come from.
    let source: String
    let family: Family
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

    /// The refresh policies it knows, in the order of `ControllerKnobs.Refresh`.
    var refreshPolicies: [String] { ["NoRefresh", "AllBank"] + (timing.refiBank > 0 ? ["PerBank"] : []) }
    var bankCount: Int { ranks * groups * banksPerGroup }
    /// Bytes a second at the pins, in GB/s.
    var peakBandwidth: Double { Double(burstBytes) / Double(timing.burst * period) * 1_000 }
}

/// Timing parameters in clock cycles, named as in the JEDEC standards without their `t`; 0 where a standard has none.
struct Timing: Sendable {
    /// Clocks that a burst holds the data bus (burst length over data rate).
    var burst: Int
    /// Latencies from command to data.
    var readLatency: Int
    var writeLatency: Int
    var rcdRead: Int
    var rcdWrite: Int
    /// Precharge of one bank, and of all.
    var rp: Int
    var rpAll: Int
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
    /// Refresh of all banks, and its interval.
    var rfc: Int
    var refi: Int
    /// Refresh of one bank, and its interval.
    var rfcBank: Int = 0
    var refiBank: Int = 0
    /// From the refresh of one bank to an activate or refresh of another.
    var rrefd: Int = 0
    var rtrs: Int = 0
    /// Length of the write preamble.
    var wpre: Int = 0
    /// Additive latency.
    var al: Int = 0
    var ppd: Int = 0
    /// Read to write where the standard gives it as one number.
    var rtw: Int = 0
    /// From the clock to the read data, and to the write data, beyond the latencies.
    var dqsck: Int = 0
    var dqss: Int = 0
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

/// What a device's commands look like and wait for.
enum Family: Sendable { case ddr3, ddr4, lpddr4, hbm2 }
