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
    /// Address bits that choose a byte of a column, a column of a row, and a row of a bank.
    let byteBits: Int
    let columnBits: Int
    let rowBits: Int
    /// What DRAMSys calls the mapping `RoBaBgCo` on this device, where it has a name of its own.
    var usualMapping = "RoBaBgCo"

    /// The refresh policies it knows.
    var refreshPolicies: [ControllerKnobs.Refresh] {
        guard timing.refiBank > 0 else { return [.none, .allBank] }
        return [.none, .allBank, family == .ddr5 ? .sameBank : .perBank]
    }
    /// The mappings that it knows, the default first.
    var mappings: [String] {
        (usualMapping == "RoBaBgCo" ? [] : [usualMapping]) + AddressMapping.patterns
    }
    var bankCount: Int { ranks * groups * banksPerGroup }
    /// Data buses that work side by side: an HBM2 channel has one for each pseudo-channel.
    var dataBuses: Int { family == .hbm2 ? ranks : 1 }
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
    /// Refresh of one bank (DDR5: of one bank in every group), and its interval.
    var rfcBank: Int = 0
    var refiBank: Int = 0
    /// From the refresh of one bank to an activate or refresh of another.
    var rrefd: Int = 0
    /// Between writes of one group, where it is more than between reads.
    var ccdLongWrite: Int = 0
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
    /// The least time in power-down, and from its end to the next command.
    var cke: Int
    var xp: Int
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
    /// In power-down with all rows closed, and with a row open.
    var i2p: Double = 0
    var i3p: Double = 0
}

/// What a device's commands look like and wait for.
enum Family: Sendable { case ddr3, ddr4, ddr5, lpddr4, gddr6, hbm2 }
