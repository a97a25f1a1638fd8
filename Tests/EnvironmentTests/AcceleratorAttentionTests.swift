import Environments
import Foundation
import Gym
import Testing

@Suite("The attention accelerator")
struct AcceleratorAttentionTests {
    private static let golden = "golden/fusemax_public.csv"

    /// One row of the artifact beside the model's cost; nil for a variant that is none of the model's.
    private static func pair(_ row: [String: String]) throws -> (own: AttentionCost, workload: AttentionWorkload)? {
        let name = (row["model"] ?? "").lowercased()
        let model = try #require(AttentionWorkload.models.first { $0.name == name })
        let tokens = try #require(Int(row["seq_len"] ?? ""))
        let workload = AttentionWorkload(model, tokens: tokens, batch: try #require(Int(row["B"] ?? "")))
        let variant = row["variant"] ?? ""
        switch variant {
        case "unfused": return (UnfusedAttention.cost(workload, on: .flatCloud), workload)
        case "flat":
            let spilled = try #require(Double(row["flat_proportion_spilled"] ?? ""))
            let mapping = try Self.mapping(row)
            #expect(abs(mapping.spilled(workload, on: .flatCloud) - spilled) < 1e-9, "spilled share of \(row)")
            return (mapping.cost(workload, on: .flatCloud, spilled: spilled), workload)
        case "linear-layers(flat)":
            return (AttentionLinear.cost(workload, on: .flatCloud, isFuseMax: false), workload)
        case "linear-layers(fusemax)":
            return (AttentionLinear.cost(workload, on: .fuseMaxCloud, isFuseMax: true), workload)
        default:
            let words = [
                "fusemax+binding": FuseMax.binding, "fusemax+arch": .architecture, "fusemax+cascade": .cascade,
            ]
            return try words[variant].map { (try #require($0.cost(workload, on: .fuseMaxCloud)), workload) }
        }
    }

    private static func mapping(_ row: [String: String]) throws -> FlatAttention {
        var places: FlatAttention.Places = []
        for (column, place) in [
            ("flat_Q_loc", FlatAttention.Places.queries), ("flat_K_loc", .keys), ("flat_V_loc", .values),
            ("flat_AV_loc", .outputs), ("flat_QK_loc", .scores),
        ] where row[column] == "onchip" { places.insert(place) }
        return FlatAttention(
            onChip: places,
            scoreStationary: try #require(FlatAttention.Stationary(rawValue: row["flat_QK_stationarity"] ?? "")),
            outputStationary: try #require(FlatAttention.Stationary(rawValue: row["flat_AV_stationarity"] ?? "")),
            granularity: try #require(FlatAttention.Granularity(rawValue: row["flat_fusion_granularity"] ?? "")),
            rows: try #require(Int(row["flat_P1"] ?? "")))
    }

    /// How far a variant may be from the artifact: latency and traffic, and energy.
    private static let bars: [(variant: String, exact: Double, energy: Double)] = [
        ("fusemax+binding", 1e-6, 0.006), ("fusemax+arch", 1e-6, 0.006), ("fusemax+cascade", 1e-6, 0.04),
        ("flat", 1e-6, 0.025), ("unfused", 0.001, 0.04), ("linear-layers(fusemax)", 1e-6, 0.003),
        ("linear-layers(flat)", 1e-6, 0.003),
    ]

    @Test("agrees with every row of FuseMax's artifact", .enabled(if: SharedFiles.has(golden)))
    func artifact() throws {
        let rows = try SharedFiles.rows(Self.golden)
        var count = 0
        var table = "FuseMax's artifact: worst relative errors"
        for bar in Self.bars {
            var worst = (latency: 0.0, traffic: 0.0, energy: 0.0)
            let ofVariant = rows.filter { $0["variant"] == bar.variant }
            for row in ofVariant {
                let (own, _) = try #require(try Self.pair(row))
                func error(_ found: Double, _ column: String) throws -> Double {
                    abs(found / (try #require(Double(row[column] ?? ""))) - 1)
                }
                let latency = try error(own.latency, "latency_s")
                let traffic = try error(own.traffic, "traffic_bytes")
                let energy = try error(own.energy, "energy_pJ")
                worst = (max(worst.latency, latency), max(worst.traffic, traffic), max(worst.energy, energy))
                let name = "\(bar.variant) \(row["model"] ?? "") \(row["seq_len"] ?? "")"
                #expect(latency <= bar.exact && traffic <= bar.exact, "\(name): latency \(latency), traffic \(traffic)")
                #expect(energy <= bar.energy, "\(name): energy \(energy)")
                if let wanted = Double(row["util_2d"] ?? "") {
                    let hertz = AttentionHardware.fuseMaxCloud.clock
                    #expect(abs(own.arrayCycles / (own.latency * hertz) - wanted) < 1e-3, "\(name): utilisation")
                }
            }
            count += ofVariant.count
            table += String(
                format: "\n  %@ %2d rows: latency %.1e  traffic %.1e  energy %.2f %%",
                bar.variant.padding(toLength: 22, withPad: " ", startingAt: 0), ofVariant.count, worst.latency,
                worst.traffic, worst.energy * 100)
        }
        print(table)
        #expect(count == 84)
    }

    @Test("the published averages of four models and six lengths come out")
    func averages() throws {
        var speedups: [Double] = []
        var layers: [Double] = []
        var energies: [Double] = []
        var layerEnergies: [Double] = []
        for model in AttentionWorkload.models {
            for tokens in (0..<6).map({ 1_024 << (2 * $0) }) {
                let workload = AttentionWorkload(model, tokens: tokens)
                let own = try #require(FuseMax.binding.cost(workload, on: .fuseMaxCloud))
                let flat = FlatAttention.best(workload, on: .flatCloud).cost(workload, on: .flatCloud)
                let linear = AttentionLinear.cost(workload, on: .fuseMaxCloud, isFuseMax: true)
                let flatLinear = AttentionLinear.cost(workload, on: .flatCloud, isFuseMax: false)
                speedups.append(flat.latency / own.latency)
                layers.append((flat + flatLinear).latency / (own + linear).latency)
                energies.append(own.energy / flat.energy)
                layerEnergies.append((own + linear).energy / (flat + flatLinear).energy)
            }
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        print(
            String(
                format: "FuseMax over FLAT: attention %.3f times, energy %.1f %%; layer %.3f times, energy %.1f %%",
                mean(speedups), 100 * mean(energies), mean(layers), 100 * mean(layerEnergies)))
        #expect(abs(mean(speedups) - 6.7) <= 0.1 && abs(mean(layers) - 5.3) <= 0.1)
        #expect(abs(mean(energies) - 0.79) <= 0.03 && abs(mean(layerEnergies) - 0.83) <= 0.03)
        let published = [6.649, 7.211, 7.367, 7.407, 8.572, 8.574]
        for (found, wanted) in zip(speedups, published) { #expect(abs(found - wanted) < 0.001) }
    }

    @Test("more bandwidth is never slower, and a larger buffer never moves more", arguments: ["flat", "fusemax"])
    func monotony(dataflow: String) throws {
        for model in AttentionWorkload.models {
            var last = (latency: Double.infinity, traffic: Double.infinity)
            for step in 0..<6 {
                let hardware = AttentionHardware(
                    side: 128, buffer: 2 << (20 + step), bandwidth: 50 * 0x1p30 * Double(1 << step))
                let workload = AttentionWorkload(model, tokens: 65_536)
                let cost =
                    dataflow == "flat"
                    ? FlatAttention.best(workload, on: hardware).cost(workload, on: hardware)
                    : try #require(FuseMax.binding.cost(workload, on: hardware))
                #expect(cost.latency <= last.latency)
                if dataflow == "fusemax" { #expect(cost.traffic <= last.traffic) }
                last = (cost.latency, cost.traffic)
            }
        }
    }

    @Test("the environment prices what the models price, and refuses tiles that do not fit")
    func environment() throws {
        var environment = try AcceleratorAttention.entry.make(["model": "xlm", "tokens": "16384"])
        let space = environment.spec.actionSpace
        let names = environment.spec.metrics.map(\.name)
        func price(_ design: [String: Value]) throws -> Evaluation {
            try environment.step(try space.action(named: design), deadline: .none)
        }
        let own = try price([:])
        let workload = AttentionWorkload(try #require(AttentionWorkload.models.last), tokens: 16_384)
        let cost = try #require(FuseMax.binding.cost(workload, on: .fuseMaxCloud))
        #expect(own.metrics[names.firstIndex(of: "latency") ?? 0] == cost.latency * 1e3)
        let given: [String: Value] = [
            "dataflow": "flat", "flat_mapping": "given", "granularity": "row", "rows": 256, "buffer_mib": 32,
            "queries_place": "chip",
        ]
        let flat = try price(given)
        let mapping = FlatAttention(onChip: [.queries, .scores], granularity: .row, rows: 256)
        #expect(flat.metrics[0] == mapping.cost(workload, on: .flatCloud).latency * 1e3)
        let tight = try price(["dataflow": "fusemax-cascade", "array_side": 512, "buffer_mib": 1])
        guard case .infeasible(let reason) = tight.status else {
            Issue.record("a buffer of 1 MiB held it")
            return
        }
        #expect(reason.hasPrefix("buffer:"))
        var layer = try AcceleratorAttention.entry.make(["model": "xlm", "tokens": "16384", "scope": "layer"])
        let action = try #require(space.defaultAction)
        let whole = try layer.step(action, deadline: .none)
        #expect(try #require(whole.metrics[0]) > cost.latency * 1e3)
    }
}
