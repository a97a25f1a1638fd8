import Gym

/// The platforms and applications that come with Sextant; their files are read once, when they are first asked for.
package enum BuiltInProfiles {
    /// Every platform, the one of 16 elements first.
    package static let platforms: [Platform] = [
        platform(PackageResources.ds3_16_yaml, "ds3-16.yaml"), platform(PackageResources.ds3_8_yaml, "ds3-8.yaml"),
        platform(PackageResources.three_yaml, "three.yaml"),
    ]

    /// Applications of radio and radar, for `ds3-16` and `ds3-8`.
    package static let radio = applications(PackageResources.radio_yaml, "radio.yaml")

    /// The example of Topcuoglu and nine like it, for `three`.
    package static let topcuoglu = applications(PackageResources.topcuoglu_yaml, "topcuoglu.yaml")

    private static func platform(_ bytes: [UInt8], _ file: String) -> Platform {
        do {
            return try Platform(text: String(decoding: bytes, as: UTF8.self), file: file)
        } catch {
            fatalError("a built-in platform is wrong: \(error)")
        }
    }

    private static func applications(_ bytes: [UInt8], _ file: String) -> [Application] {
        do {
            return try Application.read(text: String(decoding: bytes, as: UTF8.self), file: file)
        } catch {
            fatalError("built-in applications are wrong: \(error)")
        }
    }
}
