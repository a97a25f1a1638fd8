import Foundation
import Testing

extension Faults {
    @Suite("What a person gets wrong is answered with one sentence and leaves nothing behind")
    struct InputTests {
        @Test("in a manifest", arguments: Mistake.inManifests)
        func inManifest(_ mistake: Mistake) throws { try check(mistake) }

        @Test("in a trace", arguments: Mistake.inTraces)
        func inTrace(_ mistake: Mistake) throws { try check(mistake) }

        @Test("on the command line", arguments: Mistake.inCommands)
        func onCommandLine(_ mistake: Mistake) throws { try check(mistake) }

        private func check(_ mistake: Mistake) throws {
            let (scratch, notes) = (try Scratch(), try Scratch())
            for (name, text) in mistake.files { try scratch.write(text, to: name) }
            let words = mistake.words.split(separator: " ").map { String($0).replacing("$", with: scratch.folder) }
            let outcome = try Program.run(words, in: notes)
            let said = "\(words.joined(separator: " ")) says:\n\(outcome.errors)"
            #expect(outcome.ending == .exit(mistake.code), "\(said)")
            #expect(outcome.output == "", "\(said)")
            #expect(outcome.headline.hasPrefix("error: "), "\(said)")
            #expect(outcome.headline.dropFirst(7).hasPrefix(mistake.sentence), "\(said)")
            #expect(mistake.more.isEmpty || outcome.errors.contains(mistake.more), "\(said)")
            var left = try FileManager.default.contentsOfDirectory(atPath: scratch.folder).sorted()
            if words[0] == "serve", left.contains("log.db") {
                // Endpoints are bound last, so that nobody is promised what can't be kept: the log is there by then.
                #expect(try LogContents(scratch.path("log.db")).count == 0)
                left.removeAll { $0 == "log.db" }
            }
            #expect(left == mistake.files.keys.sorted(), "it left something behind; \(said)")
            for (name, text) in mistake.files {
                #expect(try String(contentsOfFile: scratch.path(name), encoding: .utf8) == text)
            }
        }

        @Test(
            "a log that can't be written, by its rights or by its folder's",
            .enabled(if: getuid() != 0, "root may write"))
        func unwritable() throws {
            let scratch = try Scratch()
            let manifest = try scratch.write(Mistake.study, to: "m.yaml")
            let log = try scratch.write("", to: "log.db")
            chmod(log, 0o400)
            let outcome = try Program.run(["run", manifest, "--log", log], in: scratch)
            #expect(outcome.ending == .exit(74))
            #expect(outcome.headline.hasPrefix("error: the log '\(log)' can't be written"))
        }
    }
}
