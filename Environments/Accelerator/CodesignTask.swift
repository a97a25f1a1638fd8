import Foundation
import Gym

/// A task of `accelerator-codesign-v0`: a data set, the networks that can be chosen for it, and how well a synthetic
/// formula supposes that they would do. No network was trained for it.
enum CodesignTask: String, Sendable {
    /// Images of 32 × 32 in ten classes.
    case cifar
    /// Images of 96 × 96 in ten classes.
    case stl
    /// Masks of cell nuclei in images of 128 × 128.
    case nuclei

    /// The parameters of its network, whose names begin with `prefix`.
    func parameters(_ prefix: String) -> [Parameter] {
        func filters(_ name: String, _ values: [Double], _ usual: Double, _ note: String) -> Parameter {
            Parameter(prefix + name, .ordinal(values), scale: .log2, default: .number(usual), note: note)
        }
        guard self != .nuclei else {
            return [
                filters(
                    "filters", [8, 16, 32, 64], 32, "of the U-Net's first stage; each lower one has twice as many"),
                Parameter(prefix + "height", .integer(2...4), default: 3, note: "stages of the U-Net above the lowest"),
            ]
        }
        return [
            filters("stem", [8, 16, 32, 64], 32, "filters of the first convolution"),
            filters("filters1", [16, 32, 64, 128], 64, "of the first block"),
            filters("filters2", [32, 64, 128, 256], 128, "of the second block"),
            filters("filters3", [64, 128, 256, 512], 256, "of the third block"),
        ]
            + (1...3).map { block in
                Parameter(
                    prefix + "depth\(block)", .integer(0...2), default: 1,
                    note: "residual convolutions at the end of block \(block)")
            }
    }

    /// The network of an action's stretch that belongs to this task.
    func network(_ choice: ArraySlice<Double>) -> Network {
        let numbers = choice.map { Int($0) }
        return self == .nuclei
            ? CodesignTask.segmenter(filters: numbers[0], height: numbers[1])
            : classifier(stem: numbers[0], filters: Array(numbers[1...3]), depths: Array(numbers[4...6]))
    }

    /// ResNet-9 and its kin: a stem, three blocks that halve the size and may end in residual convolutions, and a
    /// classifier.
    private func classifier(stem: Int, filters: [Int], depths: [Int]) -> Network {
        var writer = NetworkWriter()
        var (channels, size) = (stem, self == .cifar ? 32 : 96)
        writer.convolution("stem", 3, stem, size: size, filter: 3)
        for (block, (width, depth)) in zip(filters, depths).enumerated() {
            writer.convolution("block\(block + 1)", channels, width, size: size, filter: 3)
            size /= 2
            for place in 0..<depth {
                writer.convolution("residual\(block + 1)_\(place + 1)", width, width, size: size, filter: 3)
            }
            channels = width
        }
        writer.dense("classifier", channels, 10)
        return writer.network(rawValue)
    }

    /// A U-Net on 128 × 128: two convolutions a stage on the way down, at the bottom and on the way up, where each
    /// stage first doubles the size (as many multiplications as 1 × 1 filters for four outputs a pixel).
    private static func segmenter(filters: Int, height: Int) -> Network {
        var writer = NetworkWriter()
        var (channels, size) = (3, 128)
        for stage in 0...height {
            let width = filters << stage
            writer.convolution("down\(stage)_1", channels, width, size: size, filter: 3)
            writer.convolution("down\(stage)_2", width, width, size: size, filter: 3)
            channels = width
            if stage < height { size /= 2 }
        }
        for stage in (0..<height).reversed() {
            let width = filters << stage
            writer.convolution("widen\(stage)", channels, 4 * width, size: size, filter: 1)
            size *= 2
            writer.convolution("up\(stage)_1", 2 * width, width, size: size, filter: 3)
            writer.convolution("up\(stage)_2", width, width, size: size, filter: 3)
            channels = width
        }
        writer.convolution("mask", channels, 2, size: size, filter: 1)
        return writer.network("nuclei")
    }

    /// What the formula supposes, in per cent: an error that no network avoids, and one that falls with a power of the
    /// weights, a little faster with residual convolutions. Set so that the largest networks come near NASAIC's
    /// published figures; no more than a plausible shape.
    func supposedAccuracy(_ network: Network) -> Double {
        let millions = Double(network.weightCount) * 1e-6
        let residuals = network.layers.count { $0.name.hasPrefix("residual") }
        let shallow = self == .nuclei ? 1 : 1 + 0.3 * pow(0.5, Double(residuals))
        let (floor, scale, power) =
            switch self {
            case .cifar: (5.0, 2.3, 0.5)
            case .stl: (22.5, 4.0, 0.4)
            case .nuclei: (15.6, 2.0, 0.3)
            }
        return 100 - floor - scale * pow(millions, -power) * shallow
    }
}
