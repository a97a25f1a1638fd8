import Foundation
import Gym

extension SpecRecord {
    /// Reads what `text` wrote.
    ///
    /// - Throws: `GymError` (`log-unusable`) for anything else.
    init(text: String) throws {
        do { self = try JSONDecoder().decode(SpecRecord.self, from: Data(text.utf8)) } catch {
            throw GymError(.logUnusable, "the log holds a description that can't be read: \(error)")
        }
    }

    /// The description that a log holds, with the reference and traits of a trial where they are given.
    ///
    /// - Throws: `GymError` (`log-unusable`) for what is no description.
    func logged(reference: [Double?] = [], traits: [Double] = []) throws -> EnvironmentSpec {
        do { return try spec(reference: reference, traits: traits) } catch let error as GymError {
            throw GymError(.logUnusable, "the log holds a description that makes no sense: \(error.message)")
        }
    }

    /// As JSON; equal descriptions give equal texts.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
