import Environments
import Files
import Gym
import Testing

@Suite("ArchGym's accelerator environments under their names")
struct ArchGymPresetTests {
    @Test("names, order and sizes of the spaces are ArchGym's")
    func spaces() throws {
        let timeloop = try ArchGymTimeloop.entry.make().spec.actionSpace
        #expect(timeloop.parameters.count == 26 && abs(timeloop.cardinality / 2.15455e18 - 1) < 1e-4)
        let names = timeloop.parameters.map(\.name)
        #expect(names.prefix(3) == ["NUM_PEs", "MAC_MESH_X", "IFMAP_SPAD_CLASS"])
        #expect(
            names[3] == "IFMAP_SPAD_ATRIBUTES.memory_depth" && names.last == "SHARED_GLB_ATTRIBUTES.write_bandwidth")
        let maestro = try ArchGymMaestro.entry.make().spec.actionSpace
        #expect(maestro.parameters.count == 17 && abs(maestro.cardinality / 2.242e25 - 1) < 1e-3)
        #expect(maestro.parameters.first?.name == "seed_l2" && maestro.parameters.last?.name == "num_pe")
    }

    @Test("costs are ArchGym's distances above its targets")
    func costs() throws {
        var environment = try ArchGymTimeloop.entry.make(["energy_target": 1e9, "latency_target": 1e5])
        let action = try #require(environment.spec.actionSpace.defaultAction)
        let metrics = try environment.step(action, deadline: .none).metrics.map { $0 ?? .nan }
        #expect(metrics[3] == 1e-5)
        #expect(abs(metrics[5] / ((metrics[2] - 1e5) / 1e5) - 1) < 1e-12)
        #expect(abs(metrics[6] - 0.001 - max(0, metrics[1] / 1.7255 - 1) - metrics[5]) < 1e-9)
    }

    @Test("every one of MAESTRO's parameters is used, and an action always means the same")
    func maestro() throws {
        var environment = try ArchGymMaestro.entry.make()
        let space = environment.spec.actionSpace
        var generator = Generator(seed: 3)
        var used: Set<String> = []
        for _ in 0..<200 {
            let action = try space.sample(&generator)
            let plain = try environment.step(action, deadline: .none)
            #expect(try environment.step(action, deadline: .none).metrics == plain.metrics)
            let runtime = try #require(plain.metrics[0]), energy = try #require(plain.metrics[2])
            #expect(plain.metrics[4] == 1 / runtime && plain.metrics[5] == 1 / (runtime * energy * 1e4))
            // No design beats the array.
            #expect(runtime >= 115_605_504.0 / 1_024)
            for (place, parameter) in space.parameters.enumerated() where !used.contains(parameter.name) {
                var other = action
                other[place] = action[place] == parameter.lowest ? parameter.highest : parameter.lowest
                if try environment.step(other, deadline: .none).metrics != plain.metrics { used.insert(parameter.name) }
            }
        }
        #expect(used.count == 17)
    }
}

@Suite("MAESTRO's published runs", .enabled(if: SharedFiles.has("golden/accel_public.csv")))
struct MaestroRankTests {
    /// Ranks from 1, ties sharing their mean.
    private static func ranks(_ values: [Double]) -> [Double] {
        values.map { value in
            Double(values.count { $0 < value }) + Double(values.count { $0 == value } + 1) / 2
        }
    }

    private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
        let (x, y) = (ranks(a), ranks(b))
        let mean = Double(a.count + 1) / 2
        func sum(_ p: [Double], _ q: [Double]) -> Double { zip(p, q).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) } }
        return sum(x, y) / (sum(x, x) * sum(y, y)).squareRoot()
    }

    /// A published run in this model: its dataflow's tiles on 256 multipliers.
    private static func mapping(_ row: [String: String]) throws -> ClusterMapping {
        let sizes = GoldenTable.numbers(row["dims"] ?? "")
        let stride = Int(row["stride"] ?? "") ?? 1
        func size(_ name: String) -> Int { sizes[name] ?? 1 }
        var extents = Extents.ones
        (extents[.r], extents[.s], extents[.k], extents[.c]) = (size("R"), size("S"), size("K"), size("C"))
        extents[.p] = (size("Y") - size("R")) / stride + 1
        extents[.q] = (size("X") - size("S")) / stride + 1
        let layer = try Layer("row", extents, stride: (stride, stride))
        let order: [LoopDimension] = [.k, .c, .p, .q, .r, .s]
        var (outer, inner) = (extents, Extents.ones)
        (inner[.r], inner[.s]) = (extents[.r], extents[.s])
        (outer[.k], outer[.p], outer[.q]) = (1, 1, 1)
        let name = row["mapping"] ?? ""
        var (parallel, lanes) = (LoopDimension.k, 64)
        if name.contains("kcp_ws") { outer[.c] = 64 }
        if name.contains("yxp_os") { (parallel, lanes, outer[.c], outer[.q]) = (.p, 8, 1, 8) }
        if name.contains("xp_ws") { (parallel, lanes, outer[.c]) = (.q, 1, 1) }
        return try ClusterMapping(
            layer, outer: .init(sizes: outer, parallel: parallel, order: order),
            inner: .init(sizes: inner, parallel: name.contains("yxp_os") ? .q : .c, order: order), multipliers: 256,
            most: lanes)
    }

    @Test("cycles and energies rank the published runs much alike; there is no bar, the peers differ by themselves")
    func ranks() throws {
        // Dataflows hold commas, so the table is read as tables of users are.
        var (head, rows): ([String], [[String: String]]) = ([], [])
        try CSVTable(path: SharedFiles.path("golden/accel_public.csv")).forEach { row in
            if head.isEmpty { head = row.fields }
            rows.append(Dictionary(zip(head, row.fields)) { first, _ in first })
        }
        rows = rows.filter { ($0["peer"] ?? "").hasPrefix("maestro") }
        try #require(rows.count == 30)
        let reports = try rows.map { try #require(try Self.mapping($0).report) }
        func column(_ name: String) throws -> [Double] { try rows.map { try #require(Double($0[name] ?? "")) } }
        let cycles = Self.correlation(reports.map(\.cycles), try column("cycles"))
        let energy = Self.correlation(reports.map(\.energy), try column("energy_pJ"))
        print("MAESTRO: rank correlation of 30 runs: cycles \(cycles), energy \(energy)")
        #expect(cycles > 0.5)
    }
}
