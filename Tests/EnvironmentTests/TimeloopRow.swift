import Environments
import Foundation
import Gym

/// Tables beside the project whose fields hold no commas.
enum GoldenTable {
    static func rows(_ file: String) throws -> [[String: String]] { try SharedFiles.rows(file) }

    /// `C=3 M=64` as numbers.
    static func numbers(_ text: String) -> [String: Int] {
        var numbers: [String: Int] = [:]
        for word in text.split(separator: " ") {
            let parts = word.split(separator: "=")
            if parts.count == 2 { numbers[String(parts[0])] = Int(parts[1]) }
        }
        return numbers
    }
}

/// One run of Timeloop in the model's own words.
struct TimeloopRow {
    let id: String
    let halo: String
    let layer: Layer
    let architecture: Architecture
    let mapping: Mapping
    let cycles: Double
    let energy: Double
    let utilisation: Double
    /// Reads, fills, updates and tile by the place of level and operand in a report.
    let accesses: [Int: [Int]]

    static func all() throws -> [TimeloopRow] {
        try GoldenTable.rows("golden/accel_public.csv").filter { $0["peer"] == "timeloop-v2.0" }.map(TimeloopRow.init)
    }

    init(_ row: [String: String]) throws {
        func field(_ name: String) -> String { row[name] ?? "" }
        id = field("id")
        halo = field("halo")
        // Timeloop calls output channels M, and writes depthwise channels as C.
        let isDepthwise = field("op") == "dwconv"
        func dimension(_ letter: Character) -> LoopDimension? {
            letter == "M" ? .k : letter == "C" && isDepthwise ? .g : LoopDimension(letter: letter)
        }
        var extents = Extents.ones
        for (name, extent) in GoldenTable.numbers(field("dims")) {
            if let letter = name.first, let dimension = dimension(letter) { extents[dimension] *= extent }
        }
        let stride = Int(field("stride")) ?? 1
        layer = try Layer(field("layer"), extents, stride: (stride, stride))

        let parts = field("mapping").split(separator: "|").map(String.init)
        let names = parts.map { $0.split(separator: "[")[0].trimmingCharacters(in: .whitespaces).lowercased() }
        architecture = try TimeloopRow.architecture(field("hw"), mesh: field("mesh"), arch: field("arch"))
        let hardware = architecture
        mapping = Mapping(
            parts.reversed().enumerated().map { place, text in
                TimeloopRow.level(text, on: hardware.levels[place], dimension)
            })
        cycles = Double(field("cycles")) ?? .nan
        energy = Double(field("energy_pJ")) ?? .nan
        utilisation = Double(field("utilisation")) ?? .nan
        var accesses: [Int: [Int]] = [:]
        for word in field("accesses").split(separator: " ") {
            let halves = word.split(separator: ":")
            let path = halves[0].split(separator: ".")
            let level = names.count - 1 - (names.firstIndex(of: path[0].lowercased()) ?? 0)
            let operand = Operand.allCases.first { $0.letter == String(path[1]) }?.rawValue ?? 0
            accesses[3 * level + operand] = halves[1].split(separator: "/").compactMap { Int($0) }
        }
        self.accesses = accesses
    }

    /// Writes the hardware in the notation and reads it, so that every row goes through a user's door.
    private static func architecture(_ hardware: String, mesh: String, arch: String) throws -> Architecture {
        let numbers = mesh.split { !$0.isNumber }.compactMap { Int($0) }
        var text = "name: timeloop\ntechnology: normalised\nlevels:\n"
        for level in hardware.split(separator: ";") {
            let halves = level.split(separator: ":")
            let name = halves[0].trimmingCharacters(in: .whitespaces)
            var entries = ["name: \(name)"]
            for word in halves[1].split(separator: " ") {
                let parts = word.split(separator: "=")
                guard parts.count == 2, parts[1] != "inf" else { continue }
                switch parts[0] {
                case "words": entries.append("words: \(parts[1])")
                case "block": entries.append("block: \(parts[1])")
                case "rbw": entries.append("read_bandwidth: \(parts[1])")
                case "wbw": entries.append("write_bandwidth: \(parts[1])")
                default: continue
                }
            }
            if name == "GLB" { entries.append("mesh: [\(numbers[0]), \(arch == "C" ? 1 : numbers[1])]") }
            if name == "PEBuf" { entries.append("mesh: [\(numbers[1]), 1]") }
            text += "  - { \(entries.joined(separator: ", ")) }\n"
        }
        return try Architecture(text: text, file: "golden row")
    }

    private static func level(
        _ text: String, on storage: StorageLevel, _ dimension: (Character) -> LoopDimension?
    ) -> LevelMapping {
        let keep = text.split(separator: "]")[0].split(separator: "[")[1].replacing("keep", with: "")
        let letters = keep.trimmingCharacters(in: .whitespaces)
        var level = LevelMapping(kept: OperandSet(letters: letters) ?? [])
        var isSpatial = false
        var order: [LoopDimension] = []
        let words = text.split(separator: ")").dropFirst().joined(separator: ")").split(separator: " ")
        var spatial: [(LoopDimension, Int)] = []
        for word in words {
            if word == "S" {
                isSpatial = true
                continue
            }
            guard let letter = word.first, let dimension = dimension(letter), let factor = Int(word.dropFirst())
            else { continue }
            if isSpatial {
                spatial.append((dimension, factor))
            } else {
                level.temporal[dimension] = factor
                order.append(dimension)
            }
        }
        order += LoopDimension.allCases.filter { !order.contains($0) }
        for (place, dimension) in order.enumerated() { level.order[place] = UInt8(dimension.rawValue) }
        let primes = spatial.flatMap { dimension, factor in Primes.factors(of: factor).map { (dimension, $0) } }
        unroll(primes[...], &level, columns: storage.meshX, rows: storage.meshY)
        return level
    }

    /// The rows do not say what lies along columns and what along rows: the first way that fits is taken.
    @discardableResult
    private static func unroll(
        _ primes: ArraySlice<(LoopDimension, Int)>, _ level: inout LevelMapping, columns: Int, rows: Int
    ) -> Bool {
        guard let (dimension, prime) = primes.first else { return true }
        if prime <= columns {
            level.spatialX[dimension] *= prime
            if unroll(primes.dropFirst(), &level, columns: columns / prime, rows: rows) { return true }
            level.spatialX[dimension] /= prime
        }
        if prime <= rows {
            level.spatialY[dimension] *= prime
            if unroll(primes.dropFirst(), &level, columns: columns, rows: rows / prime) { return true }
            level.spatialY[dimension] /= prime
        }
        return false
    }
}
