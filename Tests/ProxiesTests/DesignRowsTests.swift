import Gym
import Proxies
import Testing

@Suite("Rows of designs")
struct DesignRowsTests {
    private static func filled() -> DesignRows {
        var rows = DesignRows(Valley().spec)
        let other = DesignRows.Source(study: "study", agent: "genetic")
        rows.add([0, 8, 0.5, 1], Evaluation(metrics: [1, 2, 3]), from: Fixture.source)
        // The depth is not active, so this is the same design.
        rows.add([0, 8, 0.5, 4], Evaluation(metrics: [1, 2, 3]), from: other)
        rows.add([2, 8, 0.5, 4], Evaluation(metrics: [1, 4, 3]), from: other)
        rows.add([2, 8, 0.5, 4], Evaluation(metrics: [1, 8, nil]), from: other)
        rows.add([1, 8, 0.5, 1], .invalid(.failed("timeout"), metricCount: 3), from: other)
        rows.add([1, 9, 0.5, 1], .invalid(.infeasible("no"), metricCount: 3), from: other)
        rows.add([1, 10, 0.5, 1], Evaluation(metrics: [9, 9, 9]), from: other, fidelity: "proxy")
        return rows
    }

    @Test("a design counts once: the same numbers are duplicates, others are averaged, failures and proxies left out")
    func merging() {
        let rows = Self.filled()
        #expect(rows.rows.map(\.metrics) == [[1, 2, 3], [1, 6, 3], [nil, nil, nil]])
        #expect(rows.rows.map(\.isFeasible) == [true, true, false])
        #expect((rows.samples, rows.duplicates, rows.conflicts) == (7, 1, 1))
        #expect((rows.failures, rows.learned) == (1, 1))
        #expect(rows.row(of: [0, 8, 0.5, 8])?.metrics == [1, 2, 3])
        #expect(rows.row(of: [0, 9, 0.5, 8]) == nil)
    }

    @Test("the card counts who proposed each design first, and says how far metrics spread")
    func card() {
        let rows = Self.filled()
        let card = DataCard(rows, options: "a=1", logs: [], metrics: ["delay"])
        #expect(card.sources == ["study/random": 1, "study/genetic": 2])
        #expect((card.designs, card.infeasible, card.agents, card.studies) == (3, 1, 2, 1))
        #expect(card.targets.map(\.metric) == ["delay"] && card.targets[0].mean == 4)
        #expect(card.targets[0].variationPercent == 50)
        #expect((card.targets[0].least, card.targets[0].greatest) == (2, 6))
    }

    @Test("a part keeps its rows alone, and another content has another hash")
    func picking() {
        let rows = Self.filled()
        let part = rows.picking([2, 0])
        #expect(part.rows.map(\.action[0]) == [1, 0] && part.row(of: [2, 8, 0.5, 4]) == nil)
        #expect(part.contentHash != rows.contentHash && rows.picking([0, 1, 2]).contentHash == rows.contentHash)
        #expect(rows.shuffled(seed: 1, "x").sorted() == [0, 1, 2])
    }

    @Test("designs are dealt evenly among agents, as far as each has any, the same for the same seed")
    func dealing() throws {
        let model = Valley()
        var (rows, generator) = (DesignRows(model.spec), Generator(seed: 1, "deal"))
        for (agent, count) in [("a", 40), ("b", 10), ("c", 60)] {
            let end = rows.rows.count + count
            while rows.rows.count < end {
                let action = try model.spec.actionSpace.sample(&generator)
                let source = DesignRows.Source(study: "s", agent: agent)
                rows.add(action, model.evaluate(action, deadline: .none), from: source)
            }
        }
        func counts(_ rows: DesignRows) -> [String: Int] {
            Dictionary(rows.rows.map { (rows.sources[$0.source].agent, 1) }, uniquingKeysWith: +)
        }
        #expect(counts(rows.dealt(24, seed: 1)) == ["a": 8, "b": 8, "c": 8])
        #expect(counts(rows.dealt(70, seed: 1)) == ["a": 30, "b": 10, "c": 30])
        #expect(rows.dealt(200, seed: 1).rows.count == 110)
        #expect(rows.dealt(24, seed: 1).contentHash == rows.dealt(24, seed: 1).contentHash)
        #expect(rows.dealt(24, seed: 1).contentHash != rows.dealt(24, seed: 2).contentHash)
    }
}
