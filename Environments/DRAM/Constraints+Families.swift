extension Constraints {
    /// DDR4 after JESD79-4, with the values of DRAMSys 5.0's checker; DDR3 is the same without bank groups.
    mutating func addDDR(_ t: Timing) {
        addRows(t)
        addBursts(t)
        let data = t.writeLatency + t.burst - t.al
        addTurns(
            readToWrite: t.readLatency + t.burst + 1 - t.writeLatency + t.wpre, writeToReadLong: data + t.wtrLong,
            writeToReadShort: data + t.wtrShort)
        let turn = t.burst + t.rtrs
        for from in Constraints.reads {
            set(\.otherRank, from, to: Constraints.reads, turn)
            set(\.otherRank, from, to: [.write], t.readLatency + turn - t.writeLatency + t.wpre)
        }
        for from in Constraints.writes {
            set(\.otherRank, from, to: [.write], turn)
            set(\.otherRank, from, to: Constraints.reads, t.writeLatency + turn - t.readLatency)
        }
    }

    /// LPDDR4 after JESD209-4, with the values of DRAMSys 5.0's checker; it has no bank groups.
    mutating func addLPDDR4(_ t: Timing) {
        addRows(t)
        addBursts(t)
        let writeToRead = t.writeLatency + 1 + t.burst + t.wtrLong
        addTurns(
            readToWrite: t.readLatency + t.dqsck + t.burst - t.writeLatency + t.wpre, writeToReadLong: writeToRead,
            writeToReadShort: writeToRead)
    }

    /// DDR5 after JESD79-5, whose tWTR counts from the end of the write's data; the write preamble has two clocks.
    mutating func addDDR5(_ t: Timing) {
        addRows(t)
        addBursts(t)
        let data = t.writeLatency + t.burst
        addTurns(
            readToWrite: t.readLatency + t.burst + 4 - t.writeLatency, writeToReadLong: data + t.wtrLong,
            writeToReadShort: data + t.wtrShort)
    }

    /// HBM2 after JESD235, with the values of DRAMSys 5.0's checker, and GDDR6 after JESD250: both give read to write
    /// as one number. A rank is a pseudo-channel here, and pseudo-channels share nothing but the command buses.
    mutating func addFixedTurns(_ t: Timing) {
        addRows(t)
        addBursts(t)
        let data = t.writeLatency + t.burst
        addTurns(readToWrite: t.rtw, writeToReadLong: data + t.wtrLong, writeToReadShort: data + t.wtrShort)
    }
}
