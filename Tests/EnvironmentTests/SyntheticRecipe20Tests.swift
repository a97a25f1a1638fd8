import Environments
import Gym
import Testing

@Suite("synthetic-recipe20-v0")
struct SyntheticRecipe20Tests {
    private static let golden = "golden/agents_bench_vectors_B.csv"
    private static let best = [3.0, 0, 6, 3, 0, 7, 3, 0, 6, 0, 7, 0, 6, 3, 0, 9, 0, 3, 6, 0]

    private static func metrics(_ model: SyntheticRecipe20, _ recipe: Action) -> [Double?] {
        model.evaluate(recipe, deadline: .none).metrics
    }

    /// Every step of a recipe, stepwise.
    private static func steps(_ recipe: Action, texture: UInt64 = 0) throws -> [Evaluation] {
        var environment = SyntheticRecipeSteps(texture: texture)
        _ = environment.reset(seed: 1, deadline: .none)
        return try recipe.map { try environment.step([$0], deadline: .none) }
    }

    @Test("the published vectors come out bit for bit in both forms", .enabled(if: SharedFiles.has(golden)))
    func vectors() throws {
        let rows = try SharedFiles.rows(Self.golden)
        #expect(rows.count == 1_000)
        let model = SyntheticRecipe20()
        for row in rows {
            let recipe = try (0..<20).map { try #require(row["x\($0)"].flatMap(Double.init)) }
            let bits = try #require(row["cost_ieee754_hex"].flatMap { UInt64($0, radix: 16) })
            let wanted: [Double?] = [
                Double(bitPattern: bits), row["area_ppm"].flatMap(Double.init), row["delay_ppm"].flatMap(Double.init),
            ]
            #expect(Self.metrics(model, recipe) == wanted)
            #expect(try Self.steps(recipe).last?.metrics.prefix(3) == wanted[...])
        }
    }

    @Test("the best known recipe costs what it should, and no recipe that differs in one step is better")
    func optimum() throws {
        let model = SyntheticRecipe20()
        #expect(Self.metrics(model, Self.best)[0] == 0.425440437752)
        let neighbours = model.spec.actionSpace.neighbours(of: Self.best)
        #expect(neighbours.count == 200)
        #expect(neighbours.allSatisfy { (Self.metrics(model, $0)[0] ?? 0) > 0.425440437752 })
    }

    @Test("costs have the published quantiles")
    func quantiles() throws {
        let model = SyntheticRecipe20()
        var generator = Generator(seed: 11)
        let costs = try (0..<20_000).map { _ in
            try #require(Self.metrics(model, try model.spec.actionSpace.sample(&generator))[0])
        }.sorted()
        for (share, quantile) in [(0.01, 0.4769), (0.1, 0.4948), (0.5, 0.52178), (0.9, 0.5552)] {
            #expect(abs(costs[Int(share * 20_000)] / quantile - 1) < 0.005, "at \(share)")
        }
    }

    @Test("the gains of an episode sum to what the recipe takes from the cost, and only its last step ends it")
    func gains() throws {
        let steps = try Self.steps(Self.best)
        let total = steps.reduce(0) { $0 + ($1.metrics[3] ?? .nan) }
        #expect(abs(1 - total - 0.425440437752) < 1e-12)
        #expect(steps.map(\.terminated) == [Bool](repeating: false, count: 19) + [true])
    }

    @Test("a step shows the share done, area, delay, fatigue and what came last")
    func observations() throws {
        var environment = SyntheticRecipeSteps()
        #expect(environment.reset(seed: 9, deadline: .none).values == [0, 1, 1] + [Double](repeating: 0, count: 21))
        let first = try environment.step([3], deadline: .none)
        let (seen, names) = (first.observation.values, environment.spec.observationNames)
        #expect(seen.count == names.count)
        let shown = Dictionary(uniqueKeysWithValues: zip(names, seen))
        #expect(shown["done"] == 0.05 && shown["fatigue3"] == 1 && shown["after3"] == 1)
        #expect(shown["area"] == first.metrics[1].map { $0 / 1e6 })
        #expect(seen[3...].reduce(0, +) == 2)
    }

    @Test("a step before a reset is an error, and so is one after the last")
    func stepping() throws {
        var environment = SyntheticRecipeSteps()
        #expect(throws: GymError.self) { try environment.step([0], deadline: .none) }
        _ = environment.reset(seed: 1, deadline: .none)
        for _ in 0..<20 { _ = try environment.step([10], deadline: .none) }
        #expect(throws: GymError.self) { try environment.step([0], deadline: .none) }
    }

    @Test("another texture is another landscape, of which both forms agree")
    func textures() throws {
        let models = [0, 1, 1, 2].map { SyntheticRecipe20(texture: $0) }
        var generator = Generator(seed: 3)
        let recipes = try (0..<50).map { _ in try models[0].spec.actionSpace.sample(&generator) }
        let costs = models.map { model in recipes.map { Self.metrics(model, $0) } }
        #expect(costs[1] == costs[2])
        #expect(costs[0] != costs[1] && costs[1] != costs[3] && costs[0] != costs[3])
        let stepped = try recipes.map { Array(try Self.steps($0, texture: 2).last?.metrics.prefix(3) ?? []) }
        #expect(stepped == costs[3])
    }

    @Test("the form decides the space, and what is no option is refused")
    func forms() throws {
        let entry = SyntheticRecipe20.entry
        #expect(try entry.make().spec.actionSpace.parameters.count == 20)
        let stepwise = try entry.make(["form": "stepwise", "texture": 4])
        #expect(stepwise.spec.horizon == 20 && stepwise.spec.actionSpace.parameters.count == 1)
        for given: [String: Value] in [["texture": 0.5], ["form": "twostep"], ["texture": -1]] {
            #expect(throws: GymError.self) { try entry.make(given) }
        }
    }
}
