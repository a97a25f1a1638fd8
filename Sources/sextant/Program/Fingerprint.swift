import Environments
import Exchange
import Foundation
import Samples

/// What results depend on beside the manifest, as the log keeps it with a study.
enum Fingerprint {
    /// The program and the environments' versions are their ids; libraries that could change a bit are named too.
    static var versions: String {
        "sextant \(Sextant.version), SQLite \(SampleLog.libraryVersion), libzmq \(ZeroMQContext.libraryVersion)"
    }

    /// The machine: name, architecture, system, C library.
    static var host: String {
        let system = ProcessInfo.processInfo
        var words = [system.hostName, architecture, system.operatingSystemVersionString]
        #if canImport(Glibc)
            var text = [CChar](repeating: 0, count: 64)
            let count = confstr(Int32(_CS_GNU_LIBC_VERSION), &text, text.count)
            words.append(String(decoding: text.prefix(max(0, count - 1)).map(UInt8.init(bitPattern:)), as: UTF8.self))
        #endif
        return words.joined(separator: ", ")
    }

    /// The processor family that the program was built for.
    static var architecture: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "arm64"
        #else
            "other"
        #endif
    }
}
