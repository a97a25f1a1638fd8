import Environments
import Gym
import Testing

@Suite("synthetic-dram10-v0")
struct SyntheticDRAM10Tests {
    private static let golden = "golden/agents_bench_vectors_A.csv"
    private static let lowest = [0.0, 0, 0, 1, 0, 0, 1, 1, 0, 1]

    private static func metrics(_ model: SyntheticDRAM10, _ indices: [Double]) -> [Double] {
        let action = zip(indices, lowest).map { $0 + $1 }
        return model.evaluate(action, deadline: .none).metrics.compactMap(\.self)
    }

    @Test("the published vectors come out bit for bit", .enabled(if: SharedFiles.has(golden)))
    func vectors() throws {
        let rows = try SharedFiles.rows(Self.golden)
        #expect(rows.count == 1_000)
        let model = SyntheticDRAM10()
        for row in rows {
            let indices = try (0..<10).map { try #require(row["x\($0)"].flatMap(Double.init)) }
            let bits = try #require(row["cost_ieee754_hex"].flatMap { UInt64($0, radix: 16) })
            let wanted = [
                Double(bitPattern: bits), try #require(row["latency_ps"].flatMap(Double.init)),
                try #require(row["power_uW"].flatMap(Double.init)),
            ]
            #expect(Self.metrics(model, indices) == wanted)
        }
    }

    // The all-zero design and the optimum of the published enumeration.
    @Test(
        "the best designs cost what enumeration said",
        arguments: [([0.0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 28.0763571), ([1, 2, 0, 3, 1, 1, 4, 1, 1, 31], 6.65418807)])
    func known(indices: [Double], cost: Double) {
        #expect(Self.metrics(SyntheticDRAM10(), indices)[0] == cost)
    }

    @Test("no neighbour of the optimum is better")
    func optimum() throws {
        let model = SyntheticDRAM10()
        let best = try model.spec.actionSpace.action(named: [
            "page_policy": "OpenAdaptive", "scheduler": "FrFcfsGrp", "scheduler_buffer": "Bankwise",
            "request_buffer_size": 4, "resp_queue": "Reorder", "refresh_policy": "AllBank",
            "refresh_max_postponed": 5, "refresh_max_pulledin": 2, "arbiter": "Fifo", "max_active_transactions": 32,
        ])
        let cost = try #require(model.evaluate(best, deadline: .none).metrics[0])
        #expect(cost == 6.65418807)
        let neighbours = model.spec.actionSpace.neighbours(of: best)
        #expect(neighbours.count > 30)
        #expect(neighbours.allSatisfy { (model.evaluate($0, deadline: .none).metrics[0] ?? 0) > cost })
    }

    @Test("the space has 18,874,368 designs and their costs the published quantiles", arguments: [UInt64(0), 1, 2])
    func quantiles(texture: UInt64) throws {
        let model = SyntheticDRAM10(texture: texture)
        #expect(model.spec.actionSpace.cardinality == 18_874_368)
        var generator = Generator(seed: 11)
        let costs = try (0..<20_000).map { _ in
            let action = try model.spec.actionSpace.sample(&generator)
            return try #require(model.evaluate(action, deadline: .none).metrics[0])
        }.sorted()
        for (share, quantile) in [(0.05, 8.2201), (0.25, 9.8517), (0.5, 11.5339), (0.75, 14.0656), (0.9, 17.0989)] {
            let found = costs[Int(share * 20_000)]
            #expect(abs(found / quantile - 1) < 0.02, "at \(share)")
        }
    }

    @Test("another texture is another landscape, the same one is the same")
    func textures() throws {
        let models = [0, 1, 1, 2].map { SyntheticDRAM10(texture: $0) }
        var generator = Generator(seed: 3)
        let actions = try (0..<50).map { _ in try models[0].spec.actionSpace.sample(&generator) }
        let costs = models.map { model in actions.map { model.evaluate($0, deadline: .none).metrics[0] } }
        #expect(costs[1] == costs[2])
        #expect(costs[0] != costs[1] && costs[1] != costs[3] && costs[0] != costs[3])
    }

    @Test("a texture that is no whole number is refused", arguments: [0.5, -1, 1e17])
    func badTexture(value: Double) {
        #expect { try SyntheticDRAM10.entry.make(["texture": .number(value)]) } throws: { error in
            (error as? GymError)?.code == .badOption && (error as? GymError)?.field == "texture"
        }
    }
}
