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
            words.append("glibc \(String(cString: gnu_get_libc_version()))")
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
