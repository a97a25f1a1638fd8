import ArgumentParser
import Foundation
import Gym
import Proxies

extension ProxyCommand {
    /// `sextant proxy export`.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a proxy as an ONNX model, for programs of any language.",
            discussion: """
                The model's input 'design' is a table of doubles, a design per row: the parameters in the \
                environment's order, numbers as they are and choices as their indices from 0. Its outputs are \
                'metrics' and 'deviations' in the metrics' units, and 'feasible', a chance, where the proxy knows \
                infeasible designs. Its properties 'parameters' and 'metrics' name them, as JSON.

                Example:
                  sextant proxy export dram.proxy --output dram.onnx
                """)

        @Argument(help: ArgumentHelp("The proxy's file.", valueName: "proxy"))
        var file: String

        @Option(
            name: .shortAndLong, help: ArgumentHelp("The model (default: the proxy's name, .onnx).", valueName: "file"))
        var output: String?

        func run() throws {
            let model = try ProxyFile(path: file)
            let path = output ?? URL(filePath: file).deletingPathExtension().lastPathComponent + ".onnx"
            let data = try model.onnx(program: ("sextant", Sextant.version))
            do { try data.write(to: URL(filePath: path), options: .atomic) } catch {
                throw GymError(.usage, "'\(path)' can't be written", hint: "name another file with --output")
            }
            let spec = model.proxy.spec
            Terminal.say(
                " Wrote \(path): \(spec.actionSpace.parameters.count) parameters in, "
                    + "\(spec.metrics.map(\.name).joined(separator: ", ")) out\n")
        }
    }
}
