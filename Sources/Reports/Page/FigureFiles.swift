import Foundation
import Gym

/// Writes a report's figures as files for a paper: numbers, specs and, where Python can draw them, SVG.
public struct FigureFiles: Sendable {
    private let folder: URL

    /// Makes the folder where there is none.
    ///
    /// - Throws: `GymError` (`usage`) for one that can't be made.
    public init(folder: String) throws {
        self.folder = URL(filePath: folder)
        do {
            try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        } catch {
            throw GymError(.usage, "the folder '\(folder)' can't be made", hint: "name another with --figures")
        }
    }

    /// Writes `NAME.csv` and `NAME.vl.json` of each figure, and `NAME.svg` by `python` with the package vl-convert.
    ///
    /// - Returns: whether the SVGs were written; `why` says in a sentence why they were not.
    /// - Throws: `GymError` (`usage`) for a file that can't be written.
    public func write(_ figures: [Figure], python: String?) throws -> (hasSVG: Bool, why: String) {
        for figure in figures {
            try write(figure.csv, to: "\(figure.name).csv")
            try write(figure.spec.line + "\n", to: "\(figure.name).vl.json")
        }
        guard let python else {
            return (false, "SVGs need the Python of make setup, which was not found beside the Vega bundle.")
        }
        guard !figures.isEmpty else { return (true, "") }
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-c", FigureFiles.script, folder.path] + figures.map(\.name)
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        do { try process.run() } catch { return (false, "SVGs could not be drawn: '\(python)' does not start.") }
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let last = String(decoding: said, as: UTF8.self).split(separator: "\n").last.map(String.init) ?? ""
            return (false, "SVGs could not be drawn: \(last)")
        }
        return (true, "")
    }

    /// A figure that fills the page has a paper's width here.
    private static let script = """
        import json, pathlib, sys
        import vl_convert
        folder = pathlib.Path(sys.argv[1])
        for name in sys.argv[2:]:
            spec = json.loads((folder / f"{name}.vl.json").read_text())
            if spec.get("width") == "container":
                spec["width"] = 640
            (folder / f"{name}.svg").write_text(vl_convert.vegalite_to_svg(spec))
        """

    private func write(_ text: String, to name: String) throws {
        let url = folder.appending(path: name)
        do { try Data(text.utf8).write(to: url, options: .atomic) } catch {
            throw GymError(.usage, "'\(url.path)' can't be written: \(error.localizedDescription)")
        }
    }
}
