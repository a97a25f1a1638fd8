/// One thing that is known of a tool's steps between states, which are named by their content.
public enum KnownTransition: Sendable, Hashable {
    /// A state and what it holds.
    case state(name: String, content: [UInt8])
    /// Where a command leads.
    case step(from: String, command: String, to: String)
    /// What a measure gives of a state after commands that belong to the measuring.
    case size(of: String, after: String, measure: String, values: [Double])
    /// How a command failed.
    case failure(of: String, command: String, kind: String, detail: String)
}

/// Where an environment keeps the steps of a tool, so that none need be run twice; the log's module has one in SQLite,
/// and reaches the environments as this alone.
public protocol TransitionStore: Sendable {
    /// The build of the tool that all of it comes from.
    var version: String { get }

    /// Hands on everything that is kept, states before what names them.
    func forEach(_ body: (KnownTransition) throws -> Void) throws

    /// Keeps these; what is there already stays as it is.
    func append(_ transitions: [KnownTransition]) throws
}
