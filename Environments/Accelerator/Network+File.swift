import Files
import Gym

extension Network {
    /// The columns of a network's file; `layer` and the extents K and C must be there, the rest have defaults.
    static let columns = [
        "layer", "N", "G", "K", "C", "P", "Q", "R", "S", "stride_h", "stride_w", "dilation", "pad_h", "pad_w", "repeat",
        "weights",
    ]
    private static let layerLimit = 10_000

    /// Reads a network of one's own: a table with a header, one layer a row, channels per group. An extent or stride
    /// that has no column is 1, padding 0; `weights` is 0 for a product of two activations.
    ///
    /// - Throws: `GymError` (`bad-input`) with its place for an unknown column, a number that is none, a layer's name
    ///   that is there twice, or a layer that is too large.
    package init(path: String, name: String) throws {
        var head: [String] = []
        var layers: [Layer] = []
        try CSVTable(path: path).forEach { row in
            guard !head.isEmpty else {
                head = try Network.head(row)
                return
            }
            let layer = try Network.layer(row, head)
            guard !layers.contains(where: { $0.name == layer.name }) else {
                throw row.fault("the layer '\(layer.name)' is there twice", field: head.firstIndex(of: "layer"))
            }
            guard layers.count < Network.layerLimit else {
                throw row.fault("there are more than \(Network.layerLimit) layers")
            }
            layers.append(layer)
        }
        guard !layers.isEmpty else {
            throw GymError(
                .badInput, "'\(name)' has no layers", hint: "columns: " + Network.columns.joined(separator: ", "))
        }
        self.init(name, layers)
    }

    private static func head(_ row: CSVRow) throws -> [String] {
        for (place, field) in row.fields.enumerated() where !columns.contains(field) {
            let unknown = GymError.unknown(.badInput, "column", field, among: columns)
            throw row.fault(
                unknown.message, field: place, hint: unknown.hint ?? "columns: " + columns.joined(separator: ", "))
        }
        for name in ["layer", "K", "C"] where !row.fields.contains(name) {
            throw row.fault("there is no column '\(name)'", hint: "columns: " + columns.joined(separator: ", "))
        }
        guard Set(row.fields).count == row.fields.count else { throw row.fault("a column is there twice") }
        return row.fields
    }

    private static func layer(_ row: CSVRow, _ head: [String]) throws -> Layer {
        guard row.fields.count == head.count else {
            throw row.fault("the row has \(row.fields.count) fields, the head \(head.count)")
        }
        func number(_ column: String, _ usual: Int) throws -> Int {
            guard let place = head.firstIndex(of: column) else { return usual }
            guard let number = Int(row.fields[place]) else {
                throw row.fault("'\(column)' is '\(row.fields[place])', not a whole number", field: place)
            }
            return number
        }
        var extents = Extents.ones
        for dimension in LoopDimension.allCases { extents[dimension] = try number(dimension.letter, 1) }
        let name = head.firstIndex(of: "layer").map { row.fields[$0] } ?? ""
        guard !name.isEmpty else { throw row.fault("the layer has no name") }
        do {
            return try Layer(
                name, extents, stride: (try number("stride_h", 1), try number("stride_w", 1)),
                dilation: try number("dilation", 1), padding: (try number("pad_h", 0), try number("pad_w", 0)),
                repeats: try number("repeat", 1), hasWeights: try number("weights", 1) != 0)
        } catch let error as GymError where error.place == nil {
            throw row.fault(error.message, hint: error.hint)
        }
    }
}
