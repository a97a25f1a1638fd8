import Foundation
import Gym

extension SpecRecord {
    /// Reads what `text` wrote.
    init(text: String) throws {
        self = try JSONDecoder().decode(SpecRecord.self, from: Data(text.utf8))
    }

    /// As JSON; equal descriptions give equal texts.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
