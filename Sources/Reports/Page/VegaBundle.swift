import Foundation

/// Vega, Vega-Lite and Vega-Embed as one script, which `make setup` writes from the Python package vl-convert.
public struct VegaBundle: Sendable {
    /// Where `make setup` writes it, from the project's folder.
    public static let usualPath = ".venv/share/sextant/vega.js"
    /// What is said where it is missing.
    public static let missing =
        "The charts are left out and their numbers shown as tables, because the Vega bundle was not found: make setup "
        + "writes it to \(usualPath), and the variable SEXTANT_VEGA names it elsewhere."

    /// The file.
    public let path: String
    /// What stands in a page's `script` element.
    let script: String

    /// Finds the bundle where SEXTANT_VEGA says, else in the `.venv` of this folder or of one above the program.
    public static func find() -> VegaBundle? {
        find(environment: ProcessInfo.processInfo.environment, program: Bundle.main.executablePath)
    }

    /// The same with the variables of an environment, for a program that lies elsewhere.
    public static func find(environment: [String: String], program: String?) -> VegaBundle? {
        if let named = environment["SEXTANT_VEGA"], !named.isEmpty { return VegaBundle(path: named) }
        if let here = VegaBundle(path: usualPath) { return here }
        guard let program else { return nil }
        var folder = URL(filePath: program).resolvingSymlinksInPath().deletingLastPathComponent()
        for _ in 0..<5 {
            if let found = VegaBundle(path: folder.appending(path: usualPath).path) { return found }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }

    /// Reads a bundle; nil where there is none, or something else.
    public init?(path: String) {
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8),
            text.contains("vegaEmbed")
        else { return nil }
        self.path = path
        // The end of the element in a script's own text would end it.
        script = text.replacing("</script", with: "<\\/script").replacing("<!--", with: "<\\!--")
    }

    /// The Python beside it, which can draw figures to files; nil where there is none.
    public var python: String? {
        let folders = URL(filePath: path).standardizedFileURL
        let python = folders.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "bin/python").path
        return FileManager.default.isExecutableFile(atPath: python) ? python : nil
    }
}
