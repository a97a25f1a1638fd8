import Foundation
import Intake

// libFuzzer's side: it calls the function below with whatever it thinks of, and learns from what was reached.

/// Reads bytes as every message that comes from outside.
@_cdecl("LLVMFuzzerTestOneInput")
public func readOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Intake.read(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// Runs once before the first input: the first argument that is a folder gets the corpus, where it has none yet.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
    let arguments = CommandLine.arguments.dropFirst().filter { !$0.hasPrefix("-") }
    guard let folder = arguments.first else { return 0 }
    for (place, message) in Corpus.messages.enumerated() {
        try? Data(message).write(to: URL(filePath: "\(folder)/message-\(place)"))
    }
    return 0
}
