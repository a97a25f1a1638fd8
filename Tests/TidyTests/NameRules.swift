extension Rule {
    /// Words that say nothing of what a type does.
    static let emptyWords: Set<String> = [
        "Manager", "Managers", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Base",
    ]

    /// Rules about what things are called.
    static let names = [
        Rule(
            "a type's name says what it does",
            ofFile: { file in
                TypeNames.of(file.tokens).compactMap { declared in
                    emptyWord(in: declared.text).map { (declared.line, "\(declared.text): '\($0)' says nothing") }
                }
            }),
        Rule(
            "a file's name says what it holds",
            ofFile: { file in
                guard file.isWrittenSwift, let word = emptyWord(in: file.stem) else { return [] }
                return [(1, "\(file.name): '\(word)' says nothing")]
            }),
        Rule(
            "no module bears the name of a type inside it",
            ofFile: { file in
                TypeNames.of(file.tokens).filter { $0.text == file.module }.map {
                    ($0.line, "type \($0.text) hides module \($0.text) from whoever imports it")
                }
            }),
    ]

    /// The forbidden word that a name begins or ends with.
    private static func emptyWord(in name: String) -> String? {
        var words: [String] = []
        for letter in name {
            if letter.isUppercase || words.isEmpty { words.append("") }
            words[words.count - 1].append(letter)
        }
        return [words.first, words.last].compactMap(\.self).first(where: emptyWords.contains)
    }
}

/// Finds the declarations of types.
enum TypeNames {
    private static let keywords: Set<String> = [
        "struct", "class", "enum", "actor", "protocol", "typealias", "associatedtype",
    ]

    /// The names, each with its line.
    static func of(_ tokens: [Token]) -> [Token] {
        zip(tokens, tokens.dropFirst()).compactMap { keyword, name in
            keywords.contains(keyword.text) && name.text.first?.isUppercase == true ? name : nil
        }
    }
}
