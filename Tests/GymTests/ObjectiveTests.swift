import Gym
import Testing

@Suite("Objectives as text")
struct ObjectiveTests {
    @Test(
        "an objective is read from its own text",
        arguments: [
            "minimize latency", "maximize throughput", "product latency: 1, energy: 2.5", "target power: 1.5",
            "accumulate cost", "archgym power: 1, latency: 20", "pareto latency, energy, area",
            "minimize latency; power <= 2000; refresh_policy == AllBank and not (a + 2 * b > c)",
        ])
    func isRead(_ text: String) throws {
        #expect(try #require(Objective(text: text)).text == text)
    }

    @Test(
        "any other text is none",
        arguments: [
            "", "minimize", "minimise latency", "product latency", "product latency: much", "pareto a: 1",
            "minimize latency; <=",
        ])
    func isRefused(_ text: String) { #expect(Objective(text: text) == nil) }
}
