import Foundation

/// Numbers as people read them in tables and lines.
public enum Figures {
    /// A count with its thousands set apart: `2,608`.
    public static func count(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var result = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
            result.append(digit)
        }
        return result
    }

    /// Four significant digits: `0.9741`, `41.20`, `12,345`, `1.235e+09`; whole numbers below 10⁹ in full.
    public static func number(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        let size = abs(value)
        if size < 1e9, value == value.rounded() || size >= 1_000 { return count(Int(value.rounded())) }
        if size >= 1e9 || size < 1e-3 { return String(format: "%.3e", value) }
        // Rounded first, so that 99.999 is shown as what it becomes: 100.0.
        let rounded = Double(String(format: "%.3e", value)) ?? value
        if abs(rounded) >= 1_000 { return count(Int(rounded)) }
        return String(format: "%.\(3 - Int(log10(abs(rounded)).rounded(.down)))f", rounded)
    }

    /// Something per second: one decimal below a hundred, a count above.
    static func rate(_ value: Double) -> String {
        value < 99.95 ? String(format: "%.1f", value) : count(Int(min(value, 1e15).rounded()))
    }

    /// A number with its unit; ratios and counts (`1`) have none to show.
    public static func quantity(_ value: Double, unit: String) -> String {
        unit == "1" || unit.isEmpty ? number(value) : "\(number(value)) \(unit)"
    }

    /// Two units at most: `0.9s`, `58s`, `1m 3s`, `2h 5m`, `3d 4h`.
    public static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "–" }
        if seconds < 9.95 { return String(format: "%.1fs", seconds) }
        let whole = Int(seconds.rounded())
        let (days, hours, minutes) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60)
        if days > 0 { return "\(days)d \(hours)h" }
        if hours > 0 { return "\(hours)h \(minutes)m" }
        return minutes > 0 ? "\(minutes)m \(whole % 60)s" : "\(whole)s"
    }
}
