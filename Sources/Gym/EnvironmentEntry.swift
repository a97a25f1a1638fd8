/// Everything a person needs to know of an environment before using it, under fixed headings.
public struct Datasheet: Sendable, Hashable {
    /// `name-vN`.
    public let id: String
    /// The family, such as `DRAM`.
    public let title: String
    /// What it models, in one line.
    public let summary: String
    /// Paragraphs: what is modelled, how well it agrees with its peers, which knobs are inert when, what is left out.
    public let description: String
    /// What may be chosen when an instance is made.
    public let options: [OptionSpec]
    /// Papers, standards and code that its formulas and tables come from.
    public let references: [String]
    /// What changed with each version of the id, the newest first.
    public let history: [String]

    /// Writes a datasheet.
    public init(
        id: String, title: String, summary: String, description: String, options: [OptionSpec] = [],
        references: [String] = [], history: [String] = []
    ) {
        (self.id, self.title, self.summary, self.description) = (id, title, summary, description)
        (self.options, self.references, self.history) = (options, references, history)
    }
}

/// What a catalog lists: a datasheet, and how to make an instance.
public struct EnvironmentEntry: Sendable {
    /// What it is.
    public let datasheet: Datasheet
    /// How a manifest names it where that is not its id, such as `proxy:FILE`.
    public let origin: String?
    private let maker: @Sendable (Options) throws -> any Environment

    /// Lists an environment.
    public init(
        _ datasheet: Datasheet, origin: String? = nil, make: @escaping @Sendable (Options) throws -> any Environment
    ) {
        (self.datasheet, self.origin, maker) = (datasheet, origin, make)
    }

    /// Makes an instance with complete options.
    ///
    /// - Throws: `GymError`, for example for a workload file that can't be read.
    public func make(_ options: Options) throws -> any Environment { try maker(options) }

    /// Makes an instance from what a user gave; see `Options.init` for the errors.
    public func make(
        _ given: [String: Value] = [:], workloads: [String: WorkloadFile] = [:]
    ) throws -> any Environment {
        try maker(Options(given, declared: datasheet.options, workloads: workloads))
    }
}
