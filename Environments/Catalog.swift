public import Gym

/// Every environment that comes with Sextant, one a line.
public enum EnvironmentCatalog {
    /// The entries, in the order in which they are listed.
    public static let entries: [EnvironmentEntry] = [
        DRAMController.entry
    ]
}
