import Files
import Foundation
import Gym
import Testing

@Suite("A table is read row by row")
struct CSVTableTests {
    /// The rows of a text, as a file.
    static func rows(_ text: String) throws -> [[String]] {
        let path = NSTemporaryDirectory() + "table-\(UUID().uuidString).csv"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(text.utf8).write(to: URL(filePath: path))
        var rows: [[String]] = []
        do {
            try CSVTable(path: path).forEach { rows.append($0.fields) }
        } catch let error as GymError {
            // The name of the file is drawn anew each time.
            throw GymError(error.code, error.message.replacing(path, with: "FILE"), hint: error.hint)
        }
        return rows
    }

    @Test(
        "fields are quoted as RFC 4180 has it",
        arguments: [
            ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]), ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
            ("\u{FEFF}a,b\n", [["a", "b"]]), (" a , b\t\n", [["a", "b"]]), ("a,,\n", [["a", "", ""]]),
            ("\"a,b\",c\n", [["a,b", "c"]]), ("\"say \"\"no\"\"\",c\n", [["say \"no\"", "c"]]),
            ("\"one\ntwo\",c\nd,e\n", [["one\ntwo", "c"], ["d", "e"]]), ("a\n\n\nb\n", [["a"], ["b"]]), ("", []),
            ("\"\",b\n", [["", "b"]]), ("über,naïve\n", [["über", "naïve"]]),
        ])
    func fields(_ example: (text: String, rows: [[String]])) throws {
        #expect(try Self.rows(example.text) == example.rows)
    }

    @Test(
        "what is no table is refused with its place",
        arguments: [
            ("a,b\n\"c,d\n", "a quote that begins in line 2 of 'FILE' does not end"),
            (String(repeating: ",", count: 2_000), "the row has 2001 fields; 2000 are possible"),
            (
                "\"" + String(repeating: "x\n", count: 600_000),
                "the row that begins in line 1 of 'FILE' has more than 1 MiB"
            ),
        ])
    func refused(_ example: (text: String, message: String)) {
        #expect { try Self.rows(example.text) } throws: { ($0 as? GymError)?.message == example.message }
    }

    @Test("a fault points at its field, quoted ones and repeated ones too")
    func places() throws {
        let path = NSTemporaryDirectory() + "table-\(UUID().uuidString).csv"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("a,b,c\n1,\"x,1\",1\n".utf8).write(to: URL(filePath: path))
        var places: [GymError.Place?] = []
        try CSVTable(path: path).forEach { row in
            places += [0, 1, 2].map { row.fault("no", field: $0).place }
        }
        #expect(places.compactMap { $0?.line } == [1, 1, 1, 2, 2, 2])
        #expect(places.compactMap { $0?.column } == [1, 3, 5, 1, 4, 9])
    }
}
