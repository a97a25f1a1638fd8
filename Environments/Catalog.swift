public import Gym

/// Every built-in environment.
public enum EnvironmentCatalog {
    /// One line per environment; its file or folder bears the same name.
    public static let entries: [EnvironmentEntry] = [
        SyntheticDRAM10.entry
    ]
}
