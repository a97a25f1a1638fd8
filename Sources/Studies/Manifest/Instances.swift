import Files
import Gym

/// Environment instances, workload files and presets that were looked at while a manifest is read, each only once.
final class Instances {
    /// Where relative paths of workloads begin.
    private let folder: String
    private var specs: [String: EnvironmentSpec] = [:]
    private var files: [String: WorkloadFile] = [:]
    private var presets: [String: YAMLNode] = [:]
    private var proxies: [String: EnvironmentEntry] = [:]
    private static let proxyMark = "proxy:"

    init(folder: String) { self.folder = folder }

    /// What the instance with these options is.
    func spec(of entry: EnvironmentEntry, options: Options) throws -> EnvironmentSpec {
        let key = entry.datasheet.id + ";" + options.identity
        if let spec = specs[key] { return spec }
        let spec = try entry.make(options).spec
        specs[key] = spec
        return spec
    }

    /// The environment that is named `proxy:FILE`; nil for any other name.
    func proxy(_ name: String, _ catalogs: Catalogs) throws -> EnvironmentEntry? {
        guard let open = catalogs.proxy, name.hasPrefix(Instances.proxyMark) else { return nil }
        if let entry = proxies[name] { return entry }
        let entry = try open(path(String(name.dropFirst(Instances.proxyMark.count))))
        proxies[name] = entry
        return entry
    }

    /// The file that a workload option names; see `WorkloadFile.read` for the errors.
    func workload(_ name: String, builtIn: [String]) throws -> WorkloadFile {
        if let file = files[name] { return file }
        let file = try WorkloadFile.read(name, path: path(name), builtIn: builtIn)
        files[name] = file
        return file
    }

    /// The hyperparameters that the file of presets has which a node names.
    func preset(_ node: YAMLNode, of agent: AgentEntry, family: String) throws -> [String: Value] {
        let name = try node.text()
        let file = try presets[name] ?? node.located { try YAMLDocument.read(path(name)) }
        presets[name] = file
        return try node.located { try Preset.values(file, of: agent, family: family) }
    }

    private func path(_ name: String) -> String { name.hasPrefix("/") || folder.isEmpty ? name : folder + "/" + name }
}
