extension Device {
    /// Rises whenever a number below changes.
    static let tableVersion = 1

    /// Every device, the default first.
    static let all = [ddr4at2400, ddr3at1600, lpddr4at3200, hbm2at2000]

    /// The device of that name; nil where the table has none.
    static func named(_ name: String) -> Device? { all.first { $0.name == name } }

    private static let ddr4at2400 = Device(
        name: "DDR4-2400",
        source: """
            JEDEC JESD79-4, speed bin 2400R (16-16-16), 4 Gb x8, eight chips, one rank; currents of Micron's 4 Gb \
            data sheet; both as in DRAMSys 5.0's JEDEC_4Gb_DDR4-2400_8bit_A.json (WL = 16; I5B = 118 mA is lower than \
            in other sources, 190 … 360 mA)
            """,
        family: .ddr4, period: 833, ranks: 1, groups: 4, banksPerGroup: 4, burstBytes: 64,
        timing: Timing(
            burst: 4, readLatency: 16, writeLatency: 16, rcdRead: 16, rcdWrite: 16, rp: 16, rpAll: 16, ras: 39, rc: 55,
            ccdShort: 4, ccdLong: 6, rrdShort: 4, rrdLong: 6, faw: 26, rtp: 12, wr: 18, wtrShort: 3, wtrLong: 9,
            rfc: 312, refi: 9_360, rtrs: 1, wpre: 1),
        chips: 8,
        supplies: [
            Supply(volts: 1.2, i0: 60.75, i2n: 38.25, i3n: 44, i4r: 184.5, i4w: 168.75, i5b: 118),
            Supply(volts: 2.5, i0: 4.05),
        ],
        mappings: ["RoBaBgCo", "RoCoBaBgCo", "BaRoCo"])

    private static let ddr3at1600 = Device(
        name: "DDR3-1600",
        source: """
            JEDEC JESD79-3, 1 Gb x8, eight chips, one rank: timing and currents of Micron's data sheet as in the \
            MICRON_1Gb_DDR3-1600_8bit_G.json that ArchGym uses with DRAMSys 4.0
            """,
        family: .ddr3, period: 1_250, ranks: 1, groups: 1, banksPerGroup: 8, burstBytes: 64,
        timing: Timing(
            burst: 4, readLatency: 10, writeLatency: 8, rcdRead: 10, rcdWrite: 10, rp: 10, rpAll: 10, ras: 28, rc: 38,
            ccdShort: 4, ccdLong: 4, rrdShort: 5, rrdLong: 5, faw: 24, rtp: 6, wr: 12, wtrShort: 6, wtrLong: 6, rfc: 88,
            refi: 6_240, rtrs: 1, wpre: 1),
        chips: 8, supplies: [Supply(volts: 1.5, i0: 70, i2n: 45, i3n: 45, i4r: 140, i4w: 145, i5b: 170)],
        mappings: ["DDR3_RoBaCo"])

    private static let lpddr4at3200 = Device(
        name: "LPDDR4-3200",
        source: """
            JEDEC JESD209-4, 8 Gb x16, one chip; timing and currents of VDD1, VDD2 and VDDQ as in DRAMSys 5.0's \
            JEDEC_8Gb_LPDDR4-3200_16bit.json
            """,
        family: .lpddr4, period: 625, ranks: 1, groups: 1, banksPerGroup: 8, burstBytes: 32,
        timing: Timing(
            burst: 8, readLatency: 28, writeLatency: 14, rcdRead: 29, rcdWrite: 29, rp: 29, rpAll: 34, ras: 68, rc: 97,
            ccdShort: 8, ccdLong: 8, rrdShort: 16, rrdLong: 16, faw: 64, rtp: 12, wr: 29, wtrShort: 16, wtrLong: 16,
            rfc: 448, refi: 6_246, rfcBank: 224, refiBank: 780, rrefd: 16, rtrs: 1, wpre: 2, ppd: 4, dqsck: 6, dqss: 3),
        chips: 1,
        supplies: [
            Supply(volts: 1.8, i0: 3.5, i2n: 2, i3n: 2.25, i4r: 2.25, i4w: 2.25, i5b: 10),
            Supply(volts: 1.1, i0: 45, i2n: 27, i3n: 30, i4r: 275, i4w: 210, i5b: 90),
            Supply(volts: 1.1, i0: 0.75, i2n: 0.75, i3n: 0.75, i4r: 150, i4w: 55, i5b: 0.75),
        ],
        mappings: ["LP4_RoBaCo"])

    private static let hbm2at2000 = Device(
        name: "HBM2-2000",
        source: """
            JEDEC JESD235, two pseudo-channels of 64 bits; timing of DRAMSys 5.0's HBM2.json; currents of DRAMsim3's \
            HBM2_8Gb_x128.ini, which are scaled guesses: energy is indicative only
            """,
        family: .hbm2, period: 1_000, ranks: 2, groups: 4, banksPerGroup: 4, burstBytes: 32,
        timing: Timing(
            burst: 2, readLatency: 17, writeLatency: 7, rcdRead: 12, rcdWrite: 6, rp: 14, rpAll: 14, ras: 28, rc: 42,
            ccdShort: 2, ccdLong: 3, rrdShort: 4, rrdLong: 6, faw: 16, rtp: 5, wr: 14, wtrShort: 4, wtrLong: 9,
            rfc: 220, refi: 3_900, rfcBank: 96, refiBank: 244, rrefd: 8, rtw: 18, dqsck: 1),
        chips: 1,
        supplies: [Supply(volts: 1.2, i0: 65, i2n: 40, i3n: 55, i4r: 390, i4w: 500, i5b: 250)],
        mappings: ["HBM_RoBaBgPcCo"])
}
