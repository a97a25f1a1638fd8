import Files
import Gym

/// Environment instances and workload files that were looked at while a manifest is read, each only once.
final class Instances {
    /// Where relative paths of workloads begin.
    private let folder: String
    private var specs: [String: EnvironmentSpec] = [:]
    private var files: [String: WorkloadFile] = [:]

    init(folder: String) { self.folder = folder }

    /// What the instance with these options is.
    func spec(of entry: EnvironmentEntry, options: Options) throws -> EnvironmentSpec {
        let key = entry.datasheet.id + ";" + options.identity
        if let spec = specs[key] { return spec }
        let spec = try entry.make(options).spec
        specs[key] = spec
        return spec
    }

    /// The file that a workload option names; see `WorkloadFile.read` for the errors.
    func workload(_ name: String, builtIn: [String]) throws -> WorkloadFile {
        if let file = files[name] { return file }
        let path = name.hasPrefix("/") || folder.isEmpty ? name : folder + "/" + name
        let file = try WorkloadFile.read(name, path: path, builtIn: builtIn)
        files[name] = file
        return file
    }
}
