import Files
import Gym

/// A duration as a manifest writes it: `500ms`, `30s`, `2m`, `1h`, `none`.
enum TimeText {
    private static let units: [(suffix: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600)]

    /// Seconds, nil for `none`; between a millisecond and a week.
    static func read(_ node: YAMLNode) throws -> Double? {
        let text = try node.text()
        if text == "none" { return nil }
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let number = Double(text.dropLast(unit.suffix.count)), number.isFinite else { continue }
            guard (0.001...604_800).contains(number * unit.seconds) else {
                throw node.error("'\(node.name)' is \(text), outside 1ms … 168h")
            }
            return number * unit.seconds
        }
        throw node.error("'\(node.name)' is '\(text)', not a duration", hint: "write it as 500ms, 30s, 2m or none")
    }

    /// The same duration as `read` takes it.
    static func text(_ seconds: Double?) -> String {
        guard let seconds else { return "none" }
        return "\(Value.format(seconds))s"
    }
}
