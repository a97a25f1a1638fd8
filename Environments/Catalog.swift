public import Gym

/// The environments that come with Sextant. A new one is its own file and a line here.
public enum EnvironmentCatalog {
    /// Every environment, the flagship first.
    public static let entries: [EnvironmentEntry] = [
        DRAMController.entry,
        DRAMController.fullEntry,
        AcceleratorHardware.entry,
        AcceleratorMapping.entry,
        AcceleratorAttention.entry,
        AcceleratorCodesign.entry,
        ArchGymTimeloop.entry,
        ArchGymMaestro.entry,
        SoCScheduling.entry,
        SoCOrdering.entry,
        SoCComposition.entry,
        SoCMapping.entry,
        LogicSynthesis.entry,
        LogicSynthesisRecipe.entry,
        SyntheticDRAM10.entry,
        SyntheticRecipe20.entry,
    ]

    /// The environments of these ids, or all where none is named.
    ///
    /// - Throws: `GymError` (`unknown-environment`) with a guess.
    public static func entries(_ ids: [String]) throws -> [EnvironmentEntry] {
        try ids.isEmpty ? entries : ids.map(entry)
    }

    /// The environment of an id.
    ///
    /// - Throws: `GymError` (`unknown-environment`) with a guess.
    public static func entry(_ id: String) throws -> EnvironmentEntry {
        guard let entry = entries.first(where: { $0.datasheet.id == id }) else {
            throw GymError.unknown(.unknownEnvironment, "environment", id, among: entries.map(\.datasheet.id))
        }
        return entry
    }
}
