import Foundation
import Reports
import Samples
import Testing

@Suite("A report's page")
struct PageTests {
    private let folder: Folder
    private let report: Report
    private static let hostile = "</script><script>alert(1)</script>&'\""

    init() throws {
        folder = try Folder()
        let path = folder.path("log.db")
        let samples = (0..<40).map { place in
            let way = place % 8 + 1
            return Fixture.Given(latency: Double(50 - place * 7 % 40), ways: Double(way))
        }
        try Fixture.write(
            [("\(Self.hostile)-s1", samples), ("\(Self.hostile)-s2", samples), ("random-s3", samples)], to: path,
            study: Self.hostile, options: "workload=\(Self.hostile)")
        report = try Fixture.report([Self.hostile], of: path)
    }

    /// A bundle that draws nothing.
    private func bundle(_ script: String = "function vegaEmbed() {}") throws -> VegaBundle {
        let path = folder.path("vega.js")
        try Data(script.utf8).write(to: URL(filePath: path))
        return try #require(VegaBundle(path: path))
    }

    @Test("nothing that a name says becomes markup, and the page loads nothing")
    func escapes() throws {
        for page in [Page(report, bundle: try bundle(), program: "t"), Page(report, bundle: nil, program: "t")] {
            #expect(!page.html.contains("<script>alert"))
            #expect(!page.html.contains("src=") && !page.html.contains("@import") && !page.html.contains("<link"))
        }
        let update = Page(report, bundle: nil, program: "t").update.line
        #expect(!update.contains("<"))
    }

    @Test("a bundle that ends its own script element is kept from it")
    func bundleIsFit() throws {
        let html = Page(report, bundle: try bundle("vegaEmbed = '</script><!--'"), program: "t").html
        #expect(html.contains("vegaEmbed = '<\\/script><\\!--'"))
    }

    @Test(
        "with a bundle every figure is offered as SVG, CSV and Vega-Lite; without, it is a table and the page says why")
    func offers() throws {
        let drawn = Page(report, bundle: try bundle(), program: "t").html
        for kind in ["svg", "csv", "vl.json"] {
            #expect(drawn.ranges(of: "data-offer=\"\(kind)\"").count == report.figures.count)
        }
        #expect(!drawn.contains("make setup"))
        let plain = Page(report, bundle: nil, program: "t").html
        #expect(plain.contains("make setup") && plain.contains("SEXTANT_VEGA"))
        #expect(plain.ranges(of: "<figure").count == report.figures.count)
        #expect(plain.ranges(of: "<table").count >= report.figures.count && !plain.contains("data-offer=\""))
    }

    @Test("the bundle is found where SEXTANT_VEGA says, and nothing else is taken for one")
    func findsBundle() throws {
        let path = try bundle().path
        #expect(VegaBundle.find(environment: ["SEXTANT_VEGA": path], program: nil)?.path == path)
        try Data("hello".utf8).write(to: URL(filePath: path))
        #expect(VegaBundle.find(environment: ["SEXTANT_VEGA": path], program: nil) == nil)
        #expect(VegaBundle.find(environment: ["SEXTANT_VEGA": "/none"], program: nil) == nil)
    }

    @Test("figures are written as CSV and as specs that hold their numbers")
    func files() throws {
        let target = folder.path("a/b")
        let result = try FigureFiles(folder: target).write(report.figures, python: nil)
        #expect(!result.hasSVG && !result.why.isEmpty)
        for figure in report.figures {
            let csv = try String(contentsOfFile: "\(target)/\(figure.name).csv", encoding: .utf8)
            #expect(csv.hasPrefix(figure.columns.joined(separator: ",") + "\r\n"))
            let data = try #require(FileManager.default.contents(atPath: "\(target)/\(figure.name).vl.json"))
            let spec = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            let values = try #require((spec["data"] as? [String: Any])?["values"] as? [[String: Any]])
            #expect(values.count == figure.rows.count && values.first?.count == figure.columns.count)
        }
        let curves = try String(contentsOfFile: "\(target)/best-by-samples.csv", encoding: .utf8)
        #expect(curves.contains("\"</script><script>alert(1)</script>&'\"\"\","), "quoted as RFC 4180 has it")
        let file = try bundle().path
        #expect(throws: (any Error).self) { try FigureFiles(folder: file + "/x") }
    }

    @Test("a proxy's page has its tables and figures, names escaped")
    func proxy() {
        var scores = ProxyScores(title: "<dram>.proxy")
        scores.facts = [("environment", "dram-controller-v0")]
        scores.rows = [ProxyScores.Row(test: "fresh", metric: "latency", numbers: [("RMSE %", 0.5), ("R²", nil)])]
        scores.points = [ProxyScores.Point(metric: "latency", foretold: 2, real: 3)]
        scores.curve = [("latency", 100, 4), ("latency", 200, 2)]
        scores.importance = [("latency", "scheduler", 12)]
        let report = Report(scores)
        #expect(report.figures.map(\.name) == ["foretold-and-real", "learning-curve", "importance"])
        let html = Page(report, bundle: nil, program: "test").html
        #expect(html.contains("&lt;dram&gt;.proxy") && !html.contains("<dram>"))
        #expect(html.contains("RMSE %") && html.contains("scheduler"))
        #expect(Report(ProxyScores(title: "empty")).figures.isEmpty)
    }
}
