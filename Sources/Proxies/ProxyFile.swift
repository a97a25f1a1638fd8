public import Foundation
import Gym
import Learning

/// A proxy as a file: a first line that says what it is and what the second line hashes to, and a second line of JSON
/// with everything, so that any language reads it and nothing changes unnoticed.
public struct ProxyFile: Sendable {
    /// The version of the form that is written and read. Files of others are refused: the logs that a proxy was
    /// trained on make it again.
    public static let version = 2
    /// At most so many bytes are read.
    public static let limit = 1 << 30

    /// The proxy; of single steps where there are rules of episodes.
    public let proxy: Proxy
    /// How single steps make episodes; nil for a proxy of designs.
    public let episodes: StepRules?
    /// The hash of the second line: what a log knows the proxy by.
    public let contentHash: String
    /// Which program wrote it.
    public let program: String

    private struct Head: Codable {
        let format: String
        let version: Int
        let hash: String
        let program: String
    }

    private struct Body: Codable {
        let environment: SpecRecord
        let card: DataCard
        let seed: UInt64
        let metrics: [MetricModel]
        let feasibility: BoostedTrees?
        let known: [UInt64]
        let episodes: StepRules?
    }

    private static let format = "sextant-proxy"

    /// The bytes of a proxy's file; equal proxies give equal bytes.
    public static func data(_ proxy: Proxy, episodes: StepRules? = nil, program: String) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = try encoder.encode(
            Body(
                environment: SpecRecord(proxy.spec, .whole), card: proxy.card, seed: proxy.seed, metrics: proxy.models,
                feasibility: proxy.feasibility, known: proxy.known, episodes: episodes))
        var hash = ContentHash()
        hash.add(body)
        let head = try encoder.encode(Head(format: format, version: version, hash: hash.text, program: program))
        return head + Data([0x0A]) + body + Data([0x0A])
    }

    /// Reads a file.
    ///
    /// - Throws: `GymError` (`bad-input`): no such file, not a proxy, of another version, damaged, or with parts that
    ///   do not fit each other.
    public init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw GymError(
                .badInput, "there is no proxy at '\(path)'", hint: "sextant proxy train --output FILE makes one")
        }
        try self.init(data, name: path)
    }

    /// Reads the bytes of a file that an error calls by a name.
    public init(_ data: Data, name: String) throws {
        func flaw(_ text: String, hint: String? = nil) -> GymError {
            GymError(.badInput, "'\(name)' \(text)", hint: hint)
        }
        guard data.count <= Self.limit else { throw flaw("is larger than a proxy can be") }
        let end = data.firstIndex(of: 0x0A) ?? data.endIndex
        guard let head = try? JSONDecoder().decode(Head.self, from: data[data.startIndex..<end]),
            head.format == Self.format
        else { throw flaw("is no proxy", hint: "sextant proxy train --output FILE makes one") }
        guard head.version == Self.version else {
            throw flaw(
                "is a proxy of version \(head.version); this program reads version \(Self.version)",
                hint: "train it again")
        }
        var body = data[min(end + 1, data.endIndex)...]
        if body.last == 0x0A { body = body.dropLast() }
        var hash = ContentHash()
        hash.add(body)
        guard hash.text == head.hash else {
            throw flaw("is damaged: its contents do not hash to what it says", hint: "train it again")
        }
        do {
            let body = try JSONDecoder().decode(Body.self, from: Data(body))
            let spec = try body.environment.spec().checked()
            try Self.check(body, spec)
            proxy = Proxy(
                spec: spec, models: body.metrics, feasibility: body.feasibility, card: body.card, seed: body.seed,
                known: body.known.sorted())
            episodes = body.episodes
            if let episodes, try !episodes.fits(proxy) || episodes.spec().id != spec.id {
                throw GymError(.badInput, "the proxy of '\(spec.id)' has episodes of other steps than its own")
            }
        } catch let error as GymError { throw error } catch let error as DecodingError {
            throw flaw("does not hold together: \(error.sentence)")
        }
        (contentHash, program) = (head.hash, head.program)
    }

    private static func check(_ body: Body, _ spec: EnvironmentSpec) throws {
        func refuse(_ text: String) -> GymError { GymError(.badInput, "the proxy of '\(spec.id)' \(text)") }
        guard !body.metrics.isEmpty, body.metrics.map(\.metric) == spec.metrics.map(\.name) else {
            throw refuse("has other models than metrics")
        }
        for (place, model) in body.metrics.enumerated() {
            let earlier = body.metrics[..<place].map(\.metric)
            guard model.chain.map(\.metric) == Array(earlier.prefix(model.chain.count)),
                model.chain.allSatisfy({ $0.low.isFinite && $0.high.isFinite })
            else { throw refuse("has a model of '\(model.metric)' that reads metrics it can't know") }
            let coding = DesignCoding(spec.actionSpace, extras: model.chain.count)
            guard model.regressor.fits(coding), model.spread.table.axes.count == coding.axes.count else {
                throw refuse("has a model of '\(model.metric)' over another space")
            }
            guard model.gain.isFinite, model.scores.allSatisfy({ $0 >= 0 }),
                zip(model.scores, model.scores.dropFirst()).allSatisfy({ $0 <= $1 }),
                model.bounds.lowerBound.isFinite, model.bounds.upperBound.isFinite
            else { throw refuse("has scores of '\(model.metric)' that are none") }
        }
        let axes = DesignCoding(spec.actionSpace).axes.count
        guard body.feasibility.map({ $0.table.axes.count == axes }) ?? true else {
            throw refuse("has a classifier over another space")
        }
    }

    /// The id of the proxy as an environment: `proxy-`, eight digits of its hash, and the real environment's id.
    public var environmentID: String {
        let digits = contentHash.split(separator: ":").dropFirst().first?.prefix(8) ?? "00000000"
        return "proxy-\(digits)-\(proxy.spec.id)"
    }
}

extension DecodingError {
    /// What is wrong, and where in the file.
    fileprivate var sentence: String {
        switch self {
        case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
            .valueNotFound(_, let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return (path.isEmpty ? "" : "at \(path), ") + context.debugDescription
        @unknown default: return "\(self)"
        }
    }
}
