extension Device {
    /// Rises whenever a number below changes.
    static let tableVersion = 2

    /// Every device, the default first.
    static let all = [
        ddr4at2400, ddr4at3200, ddr5at4800, ddr3at1600, lpddr4at3200, gddr6at14, hbm2at2000,
    ]

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
            rfc: 312, refi: 9_360, rtrs: 1, wpre: 1, cke: 6, xp: 8),
        chips: 8,
        supplies: [
            Supply(
                volts: 1.2, i0: 60.75, i2n: 38.25, i3n: 44, i4r: 184.5, i4w: 168.75, i5b: 118, i2p: 17, i3p: 22.5),
            Supply(volts: 2.5, i0: 4.05),
        ],
        byteBits: 3, columnBits: 10, rowBits: 15)

    private static let ddr4at3200 = Device(
        name: "DDR4-3200",
        source: """
            JEDEC JESD79-4, speed bin 3200AA (22-22-22), 8 Gb x8, eight chips, one rank; currents of DRAMsim3's \
            DDR4_8Gb_x8_3200.ini, IPP0 = 3 mA
            """,
        family: .ddr4, period: 625, ranks: 1, groups: 4, banksPerGroup: 4, burstBytes: 64,
        timing: Timing(
            burst: 4, readLatency: 22, writeLatency: 16, rcdRead: 22, rcdWrite: 22, rp: 22, rpAll: 22, ras: 52, rc: 74,
            ccdShort: 4, ccdLong: 8, rrdShort: 4, rrdLong: 8, faw: 34, rtp: 12, wr: 24, wtrShort: 4, wtrLong: 12,
            rfc: 560, refi: 12_480, rtrs: 2, wpre: 1, cke: 8, xp: 10),
        chips: 8,
        supplies: [
            Supply(volts: 1.2, i0: 57, i2n: 37, i3n: 52, i4r: 168, i4w: 150, i5b: 250, i2p: 25, i3p: 43),
            Supply(volts: 2.5, i0: 3),
        ],
        byteBits: 3, columnBits: 10, rowBits: 16)

    private static let ddr5at4800 = Device(
        name: "DDR5-4800",
        source: """
            JEDEC JESD79-5, speed bin 4800BN, 16 Gb x8, four chips, one subchannel of 32 bits, one rank; timing as in \
            Ramulator 2, same-bank refreshes of 130 ns and 30 ns to another bank; no public table of currents is \
            known, and those here are labelled guesses: energy is indicative only
            """,
        family: .ddr5, period: 416, ranks: 1, groups: 8, banksPerGroup: 4, burstBytes: 64,
        timing: Timing(
            burst: 8, readLatency: 36, writeLatency: 34, rcdRead: 36, rcdWrite: 36, rp: 36, rpAll: 36, ras: 77, rc: 113,
            ccdShort: 8, ccdLong: 12, rrdShort: 8, rrdLong: 12, faw: 48, rtp: 18, wr: 72, wtrShort: 6, wtrLong: 24,
            rfc: 710, refi: 9_375, rfcBank: 313, refiBank: 2_343, rrefd: 73, ccdLongWrite: 48, rtrs: 2, ppd: 2,
            cke: 18, xp: 18),
        chips: 4,
        supplies: [
            Supply(volts: 1.1, i0: 60, i2n: 50, i3n: 55, i4r: 210, i4w: 200, i5b: 277, i2p: 40, i3p: 48),
            Supply(volts: 1.8, i0: 3, i5b: 20),
        ],
        byteBits: 2, columnBits: 10, rowBits: 16)

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
            refi: 6_240, rtrs: 1, wpre: 1, cke: 3, xp: 6),
        chips: 8,
        supplies: [Supply(volts: 1.5, i0: 70, i2n: 45, i3n: 45, i4r: 140, i4w: 145, i5b: 170, i2p: 12, i3p: 35)],
        byteBits: 3, columnBits: 10, rowBits: 14, usualMapping: "DDR3_RoBaCo")

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
            rfc: 448, refi: 6_246, rfcBank: 224, refiBank: 780, rrefd: 16, rtrs: 1, wpre: 2, ppd: 4, dqsck: 6, dqss: 3,
            cke: 12, xp: 12),
        chips: 1,
        supplies: [
            Supply(volts: 1.8, i0: 3.5, i2n: 2, i3n: 2.25, i4r: 2.25, i4w: 2.25, i5b: 10, i2p: 1.2, i3p: 1.2),
            Supply(volts: 1.1, i0: 45, i2n: 27, i3n: 30, i4r: 275, i4w: 210, i5b: 90, i2p: 3, i3p: 9),
            Supply(
                volts: 1.1, i0: 0.75, i2n: 0.75, i3n: 0.75, i4r: 150, i4w: 55, i5b: 0.75, i2p: 0.75, i3p: 0.75),
        ],
        byteBits: 1, columnBits: 10, rowBits: 16, usualMapping: "LP4_RoBaCo")

    private static let gddr6at14 = Device(
        name: "GDDR6-14",
        source: """
            JEDEC JESD250, 14 Gb/s, one channel of 16 bits with 4 Gb; timing as in Ramulator 2 and DRAMsim3 (tRTW \
            derived as RL + D + 2 - WL, tXP and tCKE as for HBM2); currents of DRAMsim3's GDDR6_8Gb_x16.ini, which \
            are scaled guesses: energy is indicative only
            """,
        family: .gddr6, period: 570, ranks: 1, groups: 4, banksPerGroup: 4, burstBytes: 32,
        timing: Timing(
            burst: 2, readLatency: 24, writeLatency: 6, rcdRead: 27, rcdWrite: 16, rp: 27, rpAll: 27, ras: 53, rc: 79,
            ccdShort: 2, ccdLong: 4, rrdShort: 8, rrdLong: 8, faw: 29, rtp: 4, wr: 27, wtrShort: 9, wtrLong: 11,
            rfc: 211, refi: 3_333, rfcBank: 106, refiBank: 208, rrefd: 15, ppd: 1, rtw: 22, cke: 8, xp: 8),
        chips: 1,
        supplies: [Supply(volts: 1.35, i0: 71, i2n: 60, i3n: 61, i4r: 248, i4w: 231, i5b: 286, i2p: 45, i3p: 50)],
        byteBits: 1, columnBits: 10, rowBits: 14)

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
            rfc: 220, refi: 3_900, rfcBank: 96, refiBank: 244, rrefd: 8, rtw: 18, dqsck: 1, cke: 8, xp: 8),
        chips: 1,
        supplies: [Supply(volts: 1.2, i0: 65, i2n: 40, i3n: 55, i4r: 390, i4w: 500, i5b: 250, i2p: 28, i3p: 40)],
        byteBits: 3, columnBits: 7, rowBits: 15, usualMapping: "HBM_RoBaBgPcCo")
}
