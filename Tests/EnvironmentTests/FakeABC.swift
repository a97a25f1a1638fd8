import Environments
import Foundation

/// A shell script that speaks like ABC and does what it is told wrong: each operation has a fault of its own. Only
/// `fr` is done well, by leaving the circuit as it is; for some faults there is nothing that a real tool could be made
/// to do on demand.
enum FakeABC {
    /// The operation and the kind of failure that it ends in; nil where it does not fail.
    static let faults: [(operation: String, kind: String?)] = [
        ("rw", "tool_crash"), ("rwz", "tool_timeout"), ("rf", "tool_wrong"), ("rfz", "tool_wrong"),
        ("rs", "tool_wrong"), ("rsz", "tool_error"), ("b", "tool_error"), ("fr", nil), ("sopb", "tool_crash"),
        ("blut", "tool_wrong"), ("dsdb", "tool_error"), ("drw", "tool_crash"),
    ]

    private static let script = #"""
        #!/bin/sh
        good() { cp i.aig o.aig; }
        statistics() { echo "[1;37mi:[0m i/o = 1/ 1  lat = 0  and = 9  lev = 3  nd = 4  edge = 8  aig = 9"; }
        echo "UC Berkeley, ABC 0.00 (a fake)"
        while IFS= read -r line; do
            echo "abc 01> $line"
            case "$line" in
            "echo "*) echo "${line#echo } " ;;
            *"rewrite -z"*) while :; do sleep 1; done ;;
            *"drw"*) good; echo "abc: src/aig/abc.c:1: Assertion 0 failed."; kill -SEGV $$ ;;
            *"rewrite"*) echo "abc: src/aig/abc.c:1: Assertion 0 failed."; kill -ABRT $$ ;;
            *"refactor -z"*) echo "no circuit at all" > o.aig; statistics ;;
            *"refactor"*) head -c 40 i.aig > o.aig; statistics ;;
            *"resub -z"*) echo "Error: it can not be done."; statistics ;;
            *"resub"*) cp "$0.wrong" o.aig; statistics ;;
            *"balance"*) statistics ;;
            *"&sopb"*) exit 0 ;;
            *"&blut"*) cp "$0.ports" o.aig; statistics ;;
            *"&dsdb"*) yes "0123456789 0123456789 0123456789 0123456789 0123456789" ;;
            *"if -K"*) statistics ;;
            *) good; statistics ;;
            esac
        done
        """#

    /// Writes the program, and beside it a circuit with other ports and one with the same ports and other outputs.
    static func program(in folder: LogicFolder, for design: Circuit) throws -> ABCProgram {
        let path = try folder.file("abc", (script + "\n").utf8, isProgram: true)
        var outputs = design.textAIGER.split(separator: "\n").map(String.init)
        let first = 1 + design.inputCount
        outputs[first] = "\((Int(outputs[first]) ?? 0) ^ 1)"
        let wrong = try Circuit(aiger: Array((outputs.joined(separator: "\n") + "\n").utf8), name: "wrong")
        _ = try folder.file("abc.wrong", wrong.binaryAIGER)
        _ = try folder.file("abc.ports", Array("aig 3 2 0 1 1\n6\n\u{2}\u{2}".utf8))
        // A program that another thread begins at this moment may still hold the script open for writing, and then the
        // system does not run it.
        for _ in 0..<50 {
            if let program = try? ABCProgram.find(in: ["SEXTANT_ABC": path]) { return program }
            usleep(20_000)
        }
        return try ABCProgram.find(in: ["SEXTANT_ABC": path])
    }
}
