import Gym

/// What is reported of a run: the metrics in their units, in the order of their declaration.
struct ControllerReport {
    let values: [Double?]
    /// What does not hold although it must, as a sentence; nil where all is well.
    let flaw: String?

    static let metrics: [Metric] =
        [
            Metric(
                "latency", unit: "ns", goal: .minimize,
                note: "mean of reads, from the controller's port to the response"),
            Metric("total_time", unit: "ns", goal: .minimize, note: "from 0 to the last response"),
            Metric("total_latency", unit: "ns", goal: .minimize, note: "mean of reads, from the trace's own timestamp"),
            Metric("latency_p50", unit: "ns", goal: .minimize, note: "median of reads at the port"),
            Metric("latency_p95", unit: "ns", goal: .minimize, note: "of reads at the port"),
            Metric("latency_p99", unit: "ns", goal: .minimize, note: "of reads at the port"),
            Metric("latency_max", unit: "ns", goal: .minimize, note: "of reads at the port"),
            Metric("total_latency_p50", unit: "ns", goal: .minimize, note: "median of reads from the timestamp"),
            Metric("total_latency_p95", unit: "ns", goal: .minimize, note: "of reads from the timestamp"),
            Metric("total_latency_p99", unit: "ns", goal: .minimize, note: "of reads from the timestamp"),
            Metric("total_latency_max", unit: "ns", goal: .minimize, note: "of reads from the timestamp"),
            Metric("write_latency", unit: "ns", goal: .minimize, note: "mean of writes at the port; they respond too"),
            Metric("energy", unit: "uJ", goal: .minimize, note: "of all chips' cores; without input and output"),
        ]
        + components.map { Metric("energy_" + $0.name, unit: "uJ", goal: .minimize, isPositive: false, note: $0.note) }
        + [
            Metric("power", unit: "mW", goal: .minimize, note: "energy over total time"),
            Metric("energy_per_bit", unit: "pJ/b", goal: .minimize, note: "energy over all bits read and written"),
            Metric("bandwidth", unit: "GB/s", goal: .maximize, note: "bytes over total time"),
            Metric(
                "bandwidth_noidle", unit: "GB/s", goal: .maximize, note: "bytes over the time with requests in flight"),
            Metric(
                "bus_utilisation", unit: "1", goal: .maximize, note: "share of the time in which data is on the bus"),
            Metric(
                "row_hit_rate", unit: "1", goal: .maximize, isPositive: false,
                note: "1 - activates / (reads + writes); rows opened in vain can make it negative"),
        ] + tallies.map { Metric($0.name, unit: "1", goal: $0.goal, isPositive: false, note: $0.note) }

    private static let components = [
        (name: "act", note: "activates"), (name: "pre", note: "precharges"), (name: "read", note: "read bursts"),
        (name: "write", note: "write bursts"), (name: "refresh", note: "refreshes"),
        (name: "act_standby", note: "background with a row open"),
        (name: "pre_standby", note: "background with all rows closed"),
        (name: "power_down", note: "background with the clock off"),
    ]

    private static let tallies: [(name: String, goal: Metric.Goal, note: String)] = [
        ("activates", .minimize, "rows opened"),
        ("precharges", .minimize, "rows closed by a command of their own"),
        ("precharge_alls", .minimize, "ranks closed before a refresh"),
        ("reads", .maximize, "reads that left the row open"),
        ("auto_reads", .minimize, "reads that closed the row"),
        ("writes", .maximize, "writes that left the row open"),
        ("auto_writes", .minimize, "writes that closed the row"),
        ("refreshes", .maximize, "refreshes of all banks at once"),
        ("bank_refreshes", .maximize, "refreshes of one bank"),
        ("refreshes_postponed", .minimize, "refreshes put off because the rank was busy"),
        ("refreshes_pulledin", .maximize, "refreshes done before they were due"),
        ("turnarounds", .minimize, "changes of direction on the data bus"),
        ("queue_mean", .minimize, "requests in the buffers, averaged over the time"),
        ("queue_max", .minimize, "the most requests in the buffers"),
        ("back_pressure", .minimize, "cycles in which a request stood at the port and was not taken"),
        ("power_downs", .maximize, "how often the clock was switched off"),
    ]

    init(_ run: borrowing Controller, device: Device) {
        let (counts, responses) = (run.counts, run.responses)
        let cycles = max(1, responses.last)
        let nanoseconds = Double(device.period) / 1_000
        let time = Double(cycles) * nanoseconds
        let energy = Energy(counts, run.powerDown, cycles: cycles, device: device)
        let requests = run.trace.count
        let bytes = Double(requests * device.burstBytes)
        let power = energy.components.reduce(0) { $0 + $1 / time }
        let quantiles = [responses.readLatencies, responses.readTotals].flatMap {
            ControllerReport.quantiles($0, count: responses.readCount)
        }
        let reads = Double(run.trace.readCount)
        let writes = Double(requests - run.trace.readCount)
        let waited = Double(responses.totalSum * device.period + run.trace.readRounding) / 1_000
        var values: [Double?] = [
            reads > 0 ? Double(responses.latencySums.reads) * nanoseconds / reads : nil, time,
            reads > 0 ? waited / reads : nil,
        ]
        values += quantiles.map { $0.map { Double($0) * nanoseconds } }
        values += [writes > 0 ? Double(responses.latencySums.writes) * nanoseconds / writes : nil, energy.total * 1e-6]
        values += energy.components.map { $0 * 1e-6 }
        values += [
            power, energy.total / (8 * bytes), bytes / time, bytes / (Double(responses.busyCycles) * nanoseconds),
            Double(requests * device.timing.burst) / Double(cycles * device.dataBuses),
            1 - Double(counts.activates) / Double(requests),
        ]
        values += [
            counts.activates, counts.precharges, counts.allPrecharges, counts.reads, counts.autoReads, counts.writes,
            counts.autoWrites, counts.refreshes, counts.bankRefreshes, counts.postponed, counts.pulledIn,
            counts.turnarounds,
        ].map(Double.init)
        values += [
            Double(run.waitingCycles) / Double(cycles), Double(run.mostWaiting), Double(run.backPressure),
            Double(run.powerDown.count),
        ]
        self.values = values
        flaw = ControllerReport.flaw(
            energy: energy.total, power: power, time: time, counts: counts, reads: run.trace.readCount,
            writes: requests - run.trace.readCount)
    }

    private static func quantiles(_ latencies: UnsafeMutablePointer<Int32>, count: Int) -> [Int32?] {
        guard count > 0 else { return [nil, nil, nil, nil] }
        var order = Percentiles(latencies, count: count)
        return [0.5, 0.95, 0.99, 1].map { order.value(at: $0) }
    }

    /// Checks what must hold of every run: energy is power times time, and every request was served once.
    private static func flaw(
        energy: Double, power: Double, time: Double, counts: CommandCounts, reads: Int, writes: Int
    ) -> String? {
        if !(abs(energy - power * time) <= 1e-9 * energy) {
            return "the model broke its own rule: energy \(energy) pJ is not power \(power) mW times time \(time) ns"
        }
        if counts.allReads != reads || counts.allWrites != writes {
            return "the model broke its own rule: \(counts.allReads) reads and \(counts.allWrites) writes were issued"
                + " for \(reads) and \(writes)"
        }
        return nil
    }
}
