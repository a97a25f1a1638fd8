/// Convolutional networks at 224 × 224 inputs (227 for the two-tower AlexNet), batch 1.
extension Network {
    /// Krizhevsky, One weird trick for parallelizing convolutional neural networks, 2014; torchvision's `alexnet`.
    static let alexNet: Network = {
        var writer = NetworkWriter()
        writer.convolution("conv1", 3, 64, size: 224, filter: 11, stride: 4, padding: 2)
        writer.convolution("conv2", 64, 192, size: 27, filter: 5)
        writer.convolution("conv3", 192, 384, size: 13, filter: 3)
        writer.convolution("conv4", 384, 256, size: 13, filter: 3)
        writer.convolution("conv5", 256, 256, size: 13, filter: 3)
        writer.dense("fc6", 9_216, 4_096)
        writer.dense("fc7", 4_096, 4_096)
        writer.dense("fc8", 4_096, 1_000)
        return writer.network("alexnet")
    }()

    /// Krizhevsky et al., ImageNet Classification with Deep Convolutional Neural Networks, 2012: two towers, as Eyeriss
    /// takes it.
    static let groupedAlexNet: Network = {
        var writer = NetworkWriter()
        writer.convolution("conv1", 3, 96, size: 227, filter: 11, stride: 4, padding: 0)
        writer.convolution("conv2", 96, 256, size: 27, filter: 5, groups: 2)
        writer.convolution("conv3", 256, 384, size: 13, filter: 3)
        writer.convolution("conv4", 384, 384, size: 13, filter: 3, groups: 2)
        writer.convolution("conv5", 384, 256, size: 13, filter: 3, groups: 2)
        writer.dense("fc6", 9_216, 4_096)
        writer.dense("fc7", 4_096, 4_096)
        writer.dense("fc8", 4_096, 1_000)
        return writer.network("alexnet-grouped")
    }()

    /// Simonyan and Zisserman, Very Deep Convolutional Networks, 2015, configuration D.
    static let vgg16: Network = {
        var writer = NetworkWriter()
        var (channels, size) = (3, 224)
        for (block, (width, depth)) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)].enumerated() {
            for place in 1...depth {
                writer.convolution("conv\(block + 1)_\(place)", channels, width, size: size, filter: 3)
                channels = width
            }
            size /= 2
        }
        writer.dense("fc6", 25_088, 4_096)
        writer.dense("fc7", 4_096, 4_096)
        writer.dense("fc8", 4_096, 1_000)
        return writer.network("vgg16")
    }()

    /// He et al., Deep Residual Learning, 2016.
    static let resNet18 = residual("resnet18", blocks: [2, 2, 2, 2], isBottleneck: false)
    /// The same with bottlenecks, whose stride lies in the 3 × 3 convolution (v1.5).
    static let resNet50 = residual("resnet50", blocks: [3, 4, 6, 3], isBottleneck: true)

    private static func residual(_ name: String, blocks: [Int], isBottleneck: Bool) -> Network {
        var writer = NetworkWriter()
        writer.convolution("conv1", 3, 64, size: 224, filter: 7, stride: 2)
        var (channels, size) = (64, 56)
        for (stage, count) in blocks.enumerated() {
            let width = 64 << stage
            let outputs = isBottleneck ? 4 * width : width
            for block in 0..<count {
                let stride = stage > 0 && block == 0 ? 2 : 1
                let path = "layer\(stage + 1).\(block)"
                let output: Int
                if isBottleneck {
                    writer.convolution(path + ".conv1", channels, width, size: size, filter: 1)
                    output = writer.convolution(
                        path + ".conv2", width, width, size: size, filter: 3, stride: stride)
                    writer.convolution(path + ".conv3", width, outputs, size: output, filter: 1)
                } else {
                    output = writer.convolution(
                        path + ".conv1", channels, width, size: size, filter: 3, stride: stride)
                    writer.convolution(path + ".conv2", width, width, size: output, filter: 3)
                }
                if block == 0, stride != 1 || channels != outputs {
                    writer.convolution(
                        path + ".downsample", channels, outputs, size: size, filter: 1, stride: stride)
                }
                (channels, size) = (outputs, output)
            }
        }
        writer.dense("fc", channels, 1_000)
        return writer.network(name)
    }
}
