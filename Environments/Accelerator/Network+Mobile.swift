/// Networks of depthwise convolutions at 224 × 224 inputs, batch 1.
extension Network {
    /// Howard et al., MobileNets, 2017, width 1.
    static let mobileNetV1: Network = {
        var writer = NetworkWriter()
        var (size, channels) = (writer.convolution("conv1", 3, 32, size: 224, filter: 3, stride: 2), 32)
        let blocks = [
            (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1),
            (1_024, 2), (1_024, 1),
        ]
        for (place, (outputs, stride)) in blocks.enumerated() {
            size = writer.convolution(
                "dw\(place + 2)", channels, channels, size: size, filter: 3, stride: stride, groups: channels)
            writer.convolution("pw\(place + 2)", channels, outputs, size: size, filter: 1)
            channels = outputs
        }
        writer.dense("fc", 1_024, 1_000)
        return writer.network("mobilenet-v1")
    }()

    /// A run of inverted residual blocks: the expansion, the filter's size, the first block's stride, the width, and
    /// how many blocks.
    private typealias Stage = (expansion: Int, filter: Int, stride: Int, width: Int, count: Int)

    /// Sandler et al., MobileNetV2, 2018, width 1.
    static let mobileNetV2: Network = {
        var writer = NetworkWriter()
        let size = writer.convolution("features.0", 3, 32, size: 224, filter: 3, stride: 2)
        let stages: [Stage] = [
            (1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 3, 2, 32, 3), (6, 3, 2, 64, 4), (6, 3, 1, 96, 3), (6, 3, 2, 160, 3),
            (6, 3, 1, 320, 1),
        ]
        let last = inverted(&writer, "features.", stages, size: size, squeezes: false)
        writer.convolution("features.18", 320, 1_280, size: last, filter: 1)
        writer.dense("classifier", 1_280, 1_000)
        return writer.network("mobilenet-v2")
    }()

    /// Tan and Le, EfficientNet, 2019, B0 with its squeeze-and-excitation layers.
    static let efficientNetB0: Network = {
        var writer = NetworkWriter()
        let size = writer.convolution("stem", 3, 32, size: 224, filter: 3, stride: 2)
        let stages: [Stage] = [
            (1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3),
            (6, 5, 2, 192, 4), (6, 3, 1, 320, 1),
        ]
        let last = inverted(&writer, "mb", stages, size: size, squeezes: true)
        writer.convolution("head", 320, 1_280, size: last, filter: 1)
        writer.dense("classifier", 1_280, 1_000)
        return writer.network("efficientnet-b0")
    }()

    /// Blocks that widen, filter each channel and narrow again; gives the size of their output.
    private static func inverted(
        _ writer: inout NetworkWriter, _ prefix: String, _ stages: [Stage], size: Int, squeezes: Bool
    ) -> Int {
        var (size, channels, block) = (size, 32, 1)
        for stage in stages {
            for place in 0..<stage.count {
                let path = "\(prefix)\(block)"
                let wide = channels * stage.expansion
                if stage.expansion != 1 {
                    writer.convolution(path + ".expand", channels, wide, size: size, filter: 1)
                }
                size = writer.convolution(
                    path + ".dw", wide, wide, size: size, filter: stage.filter, stride: place == 0 ? stage.stride : 1,
                    groups: wide)
                if squeezes {
                    writer.dense(path + ".se_reduce", wide, max(1, channels / 4))
                    writer.dense(path + ".se_expand", max(1, channels / 4), wide)
                }
                writer.convolution(path + ".project", wide, stage.width, size: size, filter: 1)
                (channels, block) = (stage.width, block + 1)
            }
        }
        return size
    }
}
