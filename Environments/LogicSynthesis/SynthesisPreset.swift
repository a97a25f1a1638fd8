import Gym

/// What a paper searches: its operations, how many of them, and what it counts.
struct SynthesisPreset: Sendable {
    let name: String
    let actions: String
    let length: Int
    let backend: String
    let objective: String
    /// The power that `map -B` weighs a cell's inputs by; nil without.
    var bias: Double?

    /// By name.
    static let all = [
        SynthesisPreset(name: "boils", actions: "ext11", length: 20, backend: "lut", objective: "sum"),
        SynthesisPreset(name: "abc-rl", actions: "std7", length: 10, backend: "genlib", objective: "product"),
        SynthesisPreset(
            name: "openabc", actions: "rf, rfz, rw, rwz, rs, rsz, b", length: 20, backend: "genlib",
            objective: "product", bias: 0.9),
        SynthesisPreset(name: "drills", actions: "std7", length: 50, backend: "genlib", objective: "constrained"),
    ]

    static func named(_ name: String) throws -> SynthesisPreset {
        guard let preset = all.first(where: { $0.name == name }) else {
            throw GymError.unknown(.badOption, "preset", name, among: all.map(\.name))
        }
        return preset
    }
}
