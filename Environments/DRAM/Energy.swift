/// Core energy of all chips by component, in picojoules, after the classic DRAMPower model (Chandrasekar et al., 2012):
/// milliamperes times volts times nanoseconds. Input and output, and the controller, are not counted.
struct Energy {
    private(set) var activate = 0.0
    private(set) var precharge = 0.0
    private(set) var read = 0.0
    private(set) var write = 0.0
    private(set) var refresh = 0.0
    /// Background while a row is open, and while none is.
    private(set) var activeStandby = 0.0
    private(set) var prechargedStandby = 0.0
    /// Background while the clock is off.
    private(set) var powerDown = 0.0

    /// The energy of a run that took `cycles` from its start to the last response.
    init(_ counts: CommandCounts, _ sleep: PowerDown, cycles: Int, device: Device) {
        let t = device.timing
        let chips = Double(device.chips)
        let nanoseconds = Double(device.period) / 1_000
        let active = counts.activeCycles - sleep.openCycles
        let precharged = cycles - counts.activeCycles - sleep.closedCycles
        for supply in device.supplies {
            let unit = supply.volts * nanoseconds * chips
            activate += Double(counts.activates * t.ras) * (supply.i0 - supply.i3n) * unit
            precharge += Double(counts.closings * (t.rc - t.ras)) * (supply.i0 - supply.i2n) * unit
            read += Double(counts.allReads * t.burst) * (supply.i4r - supply.i3n) * unit
            write += Double(counts.allWrites * t.burst) * (supply.i4w - supply.i3n) * unit
            refresh += Double(counts.refreshes * t.rfc) * (supply.i5b - supply.i3n) * unit
            // Refreshing a bank is opening and closing a row of it, where its own current is not known.
            refresh += Double(counts.refreshedBanks * t.rc) * (supply.i0 - supply.i3n) * unit
            activeStandby += Double(active) * supply.i3n * unit
            prechargedStandby += Double(precharged) * supply.i2n * unit
            powerDown += Double(sleep.openCycles) * supply.i3p * unit
            powerDown += Double(sleep.closedCycles) * supply.i2p * unit
        }
    }

    var components: [Double] {
        [activate, precharge, read, write, refresh, activeStandby, prechargedStandby, powerDown]
    }
    var total: Double { components.reduce(0, +) }
}
