import Studies

/// A report as one HTML file that needs nothing else.
public struct Page: Sendable {
    private static let rowLimit = 100
    private let report: Report
    private let bundle: VegaBundle?
    private let program: String
    /// Which state of a running study it shows; nil for a page that stays as it is.
    private let revision: Int?

    /// A page; without a bundle it shows tables in place of charts, and says so. One with a revision asks its server
    /// for later ones. `program` is named in the page's foot.
    public init(_ report: Report, bundle: VegaBundle?, revision: Int? = nil, program: String) {
        (self.report, self.bundle, self.revision, self.program) = (report, bundle, revision, program)
    }

    /// The whole file.
    public var html: String {
        let title = HTML.escaped(report.studies.joined(separator: ", "))
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="\(Page.policy)">
            <title>\(title) · Sextant report</title>
            <style>
            \(Page.text(PackageResources.page_css))
            </style>
            </head>
            <body\(revision.map { " data-live=\"\($0)\"" } ?? "")>
            <a class="skip" href="#content">Skip to the report</a>
            <header>
            <h1>\(title)</h1>
            <p class="tools">\(revision == nil ? "" : "<span id=\"live\" role=\"status\">live</span> ")
            <button type="button" id="theme">Light or dark</button></p>
            </header>
            <main id="content" tabindex="-1">
            \(content)
            </main>
            <footer><p>Made by \(HTML.escaped(program)).</p></footer>
            <script type="application/json" id="figures">\(payload.line)</script>
            \(bundle.map { "<script>\($0.script)</script>" } ?? "")
            <script>
            \(Page.text(PackageResources.page_js))
            </script>
            </body>
            </html>

            """
    }

    /// What a live page takes in place of what it shows: the content and the figures.
    public var update: JSON {
        ["content": .text(content), "figures": payload, "isRunning": .bool(report.isRunning)]
    }

    /// Nothing is loaded from anywhere; Vega compiles expressions, hence `unsafe-eval`.
    private static let policy =
        "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'"

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private var payload: JSON { .list(bundle == nil ? [] : report.figures.map(\.payload)) }

    private var content: String {
        var html = report.facts.map(facts).joined()
        let remarks = report.remarks + (bundle == nil ? [VegaBundle.missing] : [])
        html += remarks.map { "<p class=\"notice\" role=\"note\">\(HTML.escaped($0))</p>\n" }.joined()
        if report.sections.isEmpty {
            html += "<p class=\"notice\" role=\"note\">There are no samples yet, so there is nothing to show.</p>\n"
        }
        for (place, section) in report.sections.enumerated() {
            html +=
                "<section aria-labelledby=\"s\(place)\">\n<h2 id=\"s\(place)\">\(HTML.escaped(section.title))</h2>\n"
            html += index(section.figures)
            html += section.tables.map(\.html).joined()
            html += section.figures.map(figure).joined()
            html += section.designs.map(\.html).joined() + "</section>\n"
        }
        return html
    }

    private func facts(_ facts: StudyFacts) -> String {
        var html = report.facts.count > 1 ? "<h2>\(HTML.escaped(facts.study))</h2>\n" : ""
        html += "<dl class=\"facts\">\n"
        for (name, value) in facts.entries {
            html += "<div><dt>\(HTML.escaped(name))</dt><dd>\(HTML.escaped(value))</dd></div>\n"
        }
        html += "</dl>\n"
        guard !facts.command.isEmpty else {
            return html
                + "<p class=\"note\">An outside client began this study, so there is no manifest to run again.</p>\n"
        }
        return html + """
            <details class="again"><summary>To run it again</summary>
            <p>Save this as <code>\(HTML.escaped(facts.study)).yaml</code>, then
            <code>\(HTML.escaped(facts.command))</code></p>
            <pre tabindex="0">\(HTML.escaped(facts.manifest))</pre></details>

            """
    }

    private func index(_ figures: [Figure]) -> String {
        guard figures.count > 3 else { return "" }
        let links = figures.map { "<li><a href=\"#\($0.name)\">\(HTML.escaped($0.title))</a></li>" }
        return "<nav aria-label=\"Figures\"><ul>\(links.joined())</ul></nav>\n"
    }

    private func figure(_ figure: Figure) -> String {
        let name = HTML.escaped(figure.name)
        var html = "<figure id=\"\(name)\">\n<h3>\(HTML.escaped(figure.title))</h3>\n"
        if bundle == nil {
            html += ReportTable(figure, limit: Page.rowLimit).html
        } else {
            html += "<div class=\"chart\"></div>\n"
        }
        html += "<figcaption>\(HTML.escaped(figure.caption))</figcaption>\n"
        guard bundle != nil else { return html + "</figure>\n" }
        let offers = [("svg", "SVG"), ("csv", "CSV"), ("vl.json", "Vega-Lite")].map { kind, label in
            "<button type=\"button\" data-offer=\"\(kind)\" aria-label=\"\(label) of \(HTML.escaped(figure.title))\">"
                + "\(label)</button>"
        }
        html += "<p class=\"offers\">\(offers.joined(separator: " "))</p>\n"
        html += "<details class=\"numbers\"><summary>Numbers</summary></details>\n"
        return html + "</figure>\n"
    }
}
