/// Where the notes of one trial's agent lie: what its asks found at a cost, so that a resumed trial need not find it
/// again. They are checked like actions.
public struct Notebook: Sendable {
    /// The note that was taken when the sample of this number was about to be made; nil where there is none.
    let find: @Sendable (_ number: Int64) throws -> [UInt64]?
    /// Keeps a note for as long as the trial's samples.
    let keep: @Sendable (_ number: Int64, _ note: [UInt64]) throws -> Void

    /// A place by how notes are found and kept there.
    public init(
        find: @escaping @Sendable (_ number: Int64) throws -> [UInt64]?,
        keep: @escaping @Sendable (_ number: Int64, _ note: [UInt64]) throws -> Void
    ) {
        (self.find, self.keep) = (find, keep)
    }
}
