import ArgumentParser
import Exchange

/// The option of whoever attaches to a server that has keys.
struct KeyOption: ParsableArguments {
    @Option(help: ArgumentHelp("This side's key, where the server wants one; see `sextant keys`.", valueName: "file"))
    var key: String?

    /// What the file holds; nil where none is given.
    func read() throws -> PeerKey? { try key.map(PeerKey.init(file:)) }
}
