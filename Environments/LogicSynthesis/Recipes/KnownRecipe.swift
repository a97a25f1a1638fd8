/// The recipes that people compare with, as ABC's own resource file spells them.
enum KnownRecipe {
    private static let resub =
        "b; rs -K 6; rw; rs -K 6 -N 2; rf; rs -K 8; b; rs -K 8 -N 2; rw; rs -K 10; rwz; rs -K 10 -N 2; b; rs -K 12; "
        + "rfz; rs -K 12 -N 2; rwz; b"

    /// By name.
    static let all: [(name: String, text: String)] = [
        ("resyn", "b; rw; rwz; b; rwz; b"), ("resyn2", "b; rw; rf; b; rw; rwz; b; rfz; rwz; b"), ("resyn2rs", resub),
        (
            "compress2rs",
            resub.split(separator: "; ").map { $0 + " -l" }.joined(separator: "; ")
        ),
    ]

    /// The commands of a recipe, by its name or as it is written; none for `none`.
    ///
    /// - Throws: `GymError` (`bad-option`).
    static func commands(_ text: String, option: String) throws -> [String] {
        guard text != "none" else { return [] }
        let known = all.first { $0.name == text }?.text ?? text
        return try RecipeReader.items(known, option: option, isRecipe: true).map { $0.command([]) }
    }
}
