import Gym

/// What a recipe makes of a circuit, in every measure that needs no library, and in cells where one is given.
public struct CircuitReport: Sendable, Hashable {
    /// The circuit's name, as `CircuitState.name`.
    public let name: String
    /// ANDs of the graph.
    public let ands: Int
    /// ANDs on its longest path.
    public let levels: Int
    /// Lookup tables of six inputs, their levels and their edges.
    public let tables: MappedSize
    /// Area, delay and number of cells.
    public let cells: MappedSize
}

extension Synthesizer {
    /// Runs a recipe, written as `rw; rf -N 12; b` or one that is known by name, and measures what comes of it.
    ///
    /// - Parameter library: a genlib or Liberty file; the built-in cells where it is nil.
    /// - Throws: `GymError` for a recipe or library that is wrong, or for what ABC fails at.
    public func report(
        of design: CircuitState, after recipe: String, semantics: Semantics = .step, library: String? = nil
    ) throws -> CircuitReport {
        let isEmpty = recipe.allSatisfy(\.isWhitespace)
        let commands = isEmpty ? [] : try KnownRecipe.commands(recipe, option: "recipe")
        let cells = try library.map { try CellLibrary(path: $0, name: $0) } ?? .own
        let limits = ABCWorker.Limits(seconds: 600, memory: 4 << 30)
        do {
            var (state, base, after) = (design, design, commands)
            switch semantics {
            case .step:
                for step in [[]] + commands.map({ [$0] }) {
                    state = try apply(step, to: state, limits: limits, deadline: .none)
                }
                (base, after) = (state, [])
            case .oneshot:
                state = try apply(commands, count: commands.count, to: design, limits: limits, deadline: .none)
            }
            func size(_ kind: MappingBackend.Kind) throws -> MappedSize {
                try self.size(
                    of: base, after: after, by: MappingBackend(kind), limits: limits, deadline: .none)
            }
            return CircuitReport(
                name: state.name, ands: state.features.ands, levels: state.features.levels,
                tables: try size(.lookupTables(inputs: 6)), cells: try size(.cells(cells)))
        } catch let failure as ABCFailure {
            throw GymError(.badInput, "ABC fails at the recipe: \(failure.reason)")
        }
    }
}
