import Files
import Gym
import Testing

@Suite("Errors are shown with place, caret and help")
struct ErrorTextTests {
    @Test("a guess stands at the caret, the rest after help")
    func guess() {
        let place = GymError.Place(
            file: "Experiments/dram-power.yaml", line: 3, column: 16, length: 8,
            text: "agent: { name: genetics, population: 32 }")
        let error = GymError(
            .badInput, "no agent named 'genetics'",
            hint: "did you mean 'genetic'?\nsextant agents        lists all of them",
            place: place)
        #expect(
            ErrorText.render(error) == """
                error: no agent named 'genetics'
                  --> Experiments/dram-power.yaml:3
                   3 | agent: { name: genetics, population: 32 }
                     |                ^^^^^^^^ did you mean 'genetic'?
                  help: sextant agents        lists all of them

                """)
    }

    @Test("a set value is quoted without a line number, an error without a place without a quotation")
    func others() {
        let place = GymError.Place(file: "--set", line: 1, column: 7, length: 1, text: "batch=x")
        #expect(
            ErrorText.render(GymError(.badInput, "'batch' is 'x', not a whole number", place: place)) == """
                error: 'batch' is 'x', not a whole number
                  --> --set
                     | batch=x
                     |       ^

                """)
        #expect(
            ErrorText.render(GymError(.unreachable, "nothing answers", hint: "start it")) == """
                error: nothing answers
                  help: start it

                """)
    }

    @Test("long lines are cut around the caret, and control characters don't reach a terminal")
    func hostile() {
        let text = String(repeating: "x", count: 500) + "\u{1B}[31mHERE" + String(repeating: "y", count: 500)
        let place = GymError.Place(file: "m\u{1B}", line: 12, column: 506, length: 4, text: text)
        let lines = ErrorText.render(GymError(.badInput, "bad\u{7}", place: place)).split(separator: "\n")
        #expect(!lines.joined().unicodeScalars.contains { $0.value < 0x20 })
        #expect(lines.allSatisfy { $0.count < 130 })
        let start = lines[3].distance(from: lines[3].startIndex, to: lines[3].firstIndex(of: "^") ?? lines[3].endIndex)
        #expect(String(Array(lines[2])[start..<start + 4]) == "HERE")
    }

    @Test("each kind of error has its exit code")
    func exitCodes() {
        let expected: [GymError.Code: Int32] = [
            .allFailed: 1, .usage: 64, .badInput: 65, .badOption: 65, .illegalAction: 65, .unknownEnvironment: 65,
            .unreachable: 69, .internal: 70, .logUnusable: 74, .interrupted: 130,
        ]
        for (code, exit) in expected { #expect(code.exitCode == exit) }
    }
}
