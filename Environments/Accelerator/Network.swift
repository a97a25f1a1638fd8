import Gym

/// A network as the layers that multiply; pooling, softmax, normalisation and sums are left out.
package struct Network: Sendable, Hashable {
    /// As the option `network` names it, or the file's name.
    package let name: String
    /// The layers in order of execution.
    package let layers: [Layer]

    /// Collects layers.
    package init(_ name: String, _ layers: [Layer]) { (self.name, self.layers) = (name, layers) }

    /// Multiply-accumulates of all layers, repeated ones counted as often as they occur.
    package var macs: Int { layers.reduce(0) { $0 + $1.macs * $1.repeats } }

    /// Trained weights of all layers, without biases and embeddings.
    package var weightCount: Int { layers.reduce(0) { $0 + $1.weightCount * $1.repeats } }

    /// Every built-in network by name, made once.
    package static let all: [Network] = [
        alexNet, groupedAlexNet, vgg16, resNet18, resNet50, mobileNetV1, mobileNetV2, efficientNetB0, visionTransformer,
        bert(tokens: 128), bert(tokens: 512), gpt2Prefill, gpt2Decode,
    ]

    /// The built-in network of a name; nil where there is none.
    package static func named(_ name: String) -> Network? { all.first { $0.name == name } }

    /// The same with every depthwise convolution grouped: so many channels make a group, each of whose outputs sees all
    /// of them. The multiply-accumulates of these layers grow with the width.
    ///
    /// - Throws: `GymError` (`bad-option`) where the width does not divide a layer's channels.
    package func regrouped(width: Int) throws -> Network {
        guard width != 1 else { return self }
        return Network(
            name,
            try layers.map { layer in
                let extents = layer.extents
                guard extents[.g] > 1, extents[.k] == 1, extents[.c] == 1, layer.hasWeights else { return layer }
                guard extents[.g].isMultiple(of: width) else {
                    throw GymError(
                        .badOption, "groups of \(width) do not divide the \(extents[.g]) channels of '\(layer.name)'",
                        field: "group_width")
                }
                return try layer.regrouped(width: width)
            })
    }

    /// The layer that a user names, by name or by number from 1.
    ///
    /// - Throws: `GymError` (`bad-option`) with a guess.
    package func layer(_ word: String) throws -> Layer {
        if let layer = layers.first(where: { $0.name == word }) { return layer }
        if let number = Int(word), layers.indices.contains(number - 1) { return layers[number - 1] }
        throw GymError.unknown(
            .badOption, "layer of \(name)", word, among: layers.map(\.name),
            hint: "a name such as '\(layers.first?.name ?? "")', or a number 1 … \(layers.count)")
    }
}

/// Writes a network layer by layer as frameworks do: each convolution knows the size that the last one left.
struct NetworkWriter {
    private var layers: [Layer] = []

    /// Adds a convolution with square filters over a square input and gives the size of its output. Without
    /// `padding` an odd filter keeps the size.
    @discardableResult
    mutating func convolution(
        _ name: String, _ inputs: Int, _ outputs: Int, size: Int, filter: Int, stride: Int = 1, padding: Int? = nil,
        groups: Int = 1
    ) -> Int {
        let padding = padding ?? (filter - 1) / 2
        let output = (size + 2 * padding - filter) / stride + 1
        add(
            name, [1, groups, outputs / groups, inputs / groups, output, output, filter, filter], stride: stride,
            padding: padding)
        return output
    }

    /// Adds a product of a matrix of `rows` rows with a trained one.
    mutating func dense(_ name: String, _ inputs: Int, _ outputs: Int, rows: Int = 1, repeats: Int = 1) {
        add(name, [1, 1, outputs, inputs, rows, 1, 1, 1], repeats: repeats)
    }

    /// Adds a product of two activations in each head.
    mutating func product(_ name: String, heads: Int, _ inputs: Int, _ outputs: Int, rows: Int, repeats: Int) {
        add(name, [1, heads, outputs, inputs, rows, 1, 1, 1], repeats: repeats, hasWeights: false)
    }

    private mutating func add(
        _ name: String, _ extents: Extents, stride: Int = 1, padding: Int = 0, repeats: Int = 1,
        hasWeights: Bool = true
    ) {
        do {
            layers.append(
                try Layer(
                    name, extents, stride: (stride, stride), padding: (padding, padding), repeats: repeats,
                    hasWeights: hasWeights))
        } catch {
            preconditionFailure("a network in the program is wrong: \(error)")
        }
    }

    func network(_ name: String) -> Network { Network(name, layers) }
}
