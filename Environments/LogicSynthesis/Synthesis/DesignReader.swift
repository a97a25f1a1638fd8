import Foundation
import Gym

/// The circuit that the options name: a generated one, or a file in AIGER, BLIF or Verilog.
enum DesignReader {
    /// Bytes and seconds that other programs may take to turn a file into an and-inverter graph.
    private static let (memory, seconds) = (4 << 30, 120.0)

    /// Reads the design.
    ///
    /// - Throws: `GymError` with what is wrong with the file or the width.
    static func circuit(_ options: Options) throws -> CircuitState {
        guard let file = options.files["design"] else { return try generated(options) }
        guard let data = FileManager.default.contents(atPath: file.path) else {
            throw GymError(.badInput, "the design '\(file.name)' can't be read", field: "design")
        }
        guard data.count <= 256 << 20 else {
            throw GymError(.tooLarge, "the design '\(file.name)' has more than 256 MiB", field: "design")
        }
        let lower = file.path.lowercased()
        if lower.hasSuffix(".blif") { return try converted(data, name: file.name, isVerilog: false) }
        if lower.hasSuffix(".v") || lower.hasSuffix(".sv") {
            return try converted(data, name: file.name, isVerilog: true)
        }
        return try CircuitState(file: [UInt8](data), name: file.name)
    }

    private static func generated(_ options: Options) throws -> CircuitState {
        let name = options.text("design")
        guard let design = GeneratedCircuit.named(name) else {
            throw GymError.unknown(.badOption, "design", name, among: GeneratedCircuit.all.map(\.name))
        }
        let width = try whole("width", options)
        let seed = try whole("seed", options)
        let circuit = try design.circuit(width: width == 0 ? nil : width, seed: UInt64(seed))
        return try CircuitState(file: circuit.binaryAIGER, name: name)
    }

    /// The option's whole number.
    static func whole(_ name: String, _ options: Options) throws -> Int {
        let number = options.number(name)
        guard let whole = Int(exactly: number) else {
            throw GymError(.badOption, "'\(name)' is \(Value.format(number)), not a whole number", field: name)
        }
        return whole
    }

    /// Registers become inputs and outputs. The programs see the file under a name of ours, in a folder of its own.
    private static func converted(_ data: Data, name: String, isVerilog: Bool) throws -> CircuitState {
        func fault(_ flaw: String) -> GymError {
            GymError(.badInput, "the design '\(name)' gives no circuit: \(flaw)", field: "design")
        }
        let program = try ABCProgram.find()
        do {
            let folder = try PrivateFolder()
            try data.write(to: URL(filePath: folder.file(isVerilog ? "d.v" : "d.blif")))
            var script = "read_blif d.blif; strash; comb; write_aiger o.aig\nquit\n"
            if isVerilog {
                // Registers with resets and enables become plain ones; a last `opt` would join them again.
                let steps =
                    "hierarchy -auto-top; proc; flatten; opt; memory; opt; async2sync; techmap; opt; "
                    + "dfflegalize -cell $_DFF_P_ x; aigmap; opt_clean; write_aiger -zinit y.aig"
                let reply = try ChildProcess.run(
                    [try yosys(), "-q", "-p", "read_verilog -sv d.v; \(steps)"], in: folder, seconds: seconds,
                    memory: memory)
                guard FileManager.default.fileExists(atPath: folder.file("y.aig")) else {
                    throw fault(lastLine(reply) ?? "yosys left none")
                }
                script = "read_aiger y.aig; strash; comb; write_aiger o.aig\nquit\n"
            }
            try Data(script.utf8).write(to: URL(filePath: folder.file("script")))
            let reply = try ChildProcess.run(
                [program.path, "-s", "-f", "script"], in: folder, seconds: seconds, memory: memory)
            guard let file = FileManager.default.contents(atPath: folder.file("o.aig")) else {
                throw fault(ABCPrint.complaint(reply) ?? "ABC left none")
            }
            return try CircuitState(file: [UInt8](file), name: name)
        } catch let failure as ABCFailure {
            throw fault(failure.reason)
        }
    }

    private static func lastLine(_ text: String) -> String? {
        text.split(separator: "\n").last { $0.contains("ERROR") }.map { String($0.prefix(200)) }
    }

    private static func yosys() throws -> String {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        guard
            let path = folders.map({ "\($0)/yosys" }).first(where: FileManager.default.isExecutableFile(atPath:))
        else {
            throw GymError(
                .unreachable, "a design in Verilog needs yosys, which is not there",
                hint: "on Debian: apt-get install yosys; or give the design as AIGER or BLIF")
        }
        return path
    }
}
