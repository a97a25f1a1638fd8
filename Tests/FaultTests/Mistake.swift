import Testing

/// A mistake: the words of the command, with `$` for the folder; what is said; the exit code.
struct Mistake: CustomTestStringConvertible {
    let words: String
    let sentence: String
    let code: Int32
    var files: [String: String] = [:]
    /// What else has to be said, such as where it stands.
    var more = ""
    var testDescription: String { sentence }

    init(_ words: String, _ sentence: String, _ code: Int32, _ files: [String: String] = [:], more: String = "") {
        (self.words, self.sentence, self.code, self.files, self.more) = (words, sentence, code, files, more)
    }
}

extension Mistake {
    private static func manifest(_ text: String) -> [String: String] {
        ["m.yaml": text.replacing("; ", with: "\n"), "good.stl": "0: read 0x40\n"]
    }

    private static let run = "run $/m.yaml --log $/log.db"
    /// A study that nothing is wrong with.
    static let study = good.replacing("; ", with: "\n")

    private static let good = "environment: synthetic-dram10-v0; agent: random; budget: 10"
    private static let trace = "environment: { id: dram-controller-v0, workload: t.stl }; agent: random; budget: 10"

    static let inManifests: [Mistake] = [
        Mistake(
            run, "no key named 'agnet'", 65,
            manifest("environment: synthetic-dram10-v0; agnet: random; budget: 10"),
            more: "m.yaml:2"),
        Mistake(
            run, "no environment named 'synthetic-dram-v0'", 65,
            manifest("environment: synthetic-dram-v0; agent: random; budget: 10"),
            more: "did you mean 'synthetic-dram10-v0'?"),
        Mistake(
            run, "no agent named 'genetics'", 65,
            manifest("environment: synthetic-dram10-v0; agent: genetics; budget: 10"),
            more: "did you mean 'genetic'?"),
        Mistake(run, "'budget' is 0", 65, manifest("environment: synthetic-dram10-v0; agent: random; budget: 0")),
        Mistake(run, "'batch' is 5000", 65, manifest(good + "; batch: 5000"), more: "m.yaml:4"),
        Mistake(
            run, "'population'", 65,
            manifest("environment: synthetic-dram10-v0; agent: { name: genetic, population: -3 }; budget: 10"),
            more: "m.yaml:2"),
        Mistake(run, "no metric named 'latencies'", 65, manifest(good + "; objective: { minimize: latencies }")),
        Mistake(run, "this is not YAML", 65, ["m.yaml": "a: [1, 2\nb: }"], more: "m.yaml:"),
        Mistake(run, "'", 65, ["m.yaml": ""], more: "m.yaml' is empty or can't be read"),
        Mistake(run + " --set budget.samples=many", "'samples'", 65, manifest(good), more: "--set"),
        Mistake(run + " --set bugdet=5", "no key named 'bugdet'", 65, manifest(good), more: "--set"),
        Mistake(run + " --set budget", "'--set budget' has no '='", 64, manifest(good)),
        Mistake(run + " --seed -1", "", 64, manifest(good), more: "--seed"),
        Mistake("run $/none.yaml --log $/log.db", "", 65, more: "none.yaml"),
        Mistake(run + " --workers 0", "--workers is 0, outside 1 … 4096", 64, manifest(good)),
    ]

    static let inTraces: [Mistake] = [
        Mistake(run, "", 65, manifest(trace), more: "t.stl"),
        Mistake(
            run, "'raed' is neither read nor write", 65,
            manifest(trace).merging(["t.stl": "0: read 0x40\n5: raed 0x80\n"]) { $1 }, more: "t.stl:2"),
        Mistake(
            run, "the clock 4 goes back", 65,
            manifest(trace).merging(["t.stl": "# a trace\n5: read 0x40\n4: write 0x80\n"]) { $1 }, more: "t.stl:3"),
        Mistake(
            run, "the trace", 65, manifest(trace).merging(["t.stl": "# nothing\n\n"]) { $1 },
            more: "holds no request"
        ),
        Mistake(run, "", 65, manifest(trace).merging(["t.stl": ""]) { $1 }, more: "t.stl"),
        Mistake(
            "evaluate dram-controller-v0 --option workload=$/t.stl", "", 65, ["t.stl": "0: read 0x\n"],
            more: "t.stl:1"),
    ]

    static let inCommands: [Mistake] = [
        Mistake("rum $/m.yaml", "no command named 'rum'", 64, more: "did you mean 'run'?"),
        Mistake("run $/m.yaml --lgo x", "", 64, manifest(good), more: "--lgo"),
        Mistake("run", "Missing expected argument '<manifest>'", 64),
        Mistake("run $/m.yaml --as a/b", "'a/b' can't be a study's name", 65, manifest(good)),
        Mistake("evaluate synthetic-dram10-v0 --timeout=-1", "--timeout is -1, less than a millisecond", 64),
        Mistake("evaluate synthetic-dram10-v0 --timeout nan", "--timeout is nan, less than a millisecond", 64),
        Mistake("evaluate synthetic-dram10-v0 --workers 4097", "--workers is 4097, outside 1 … 4096", 64),
        Mistake("export quick --format xls --log $/log.db", "no format named 'xls'", 64, more: "csv"),
        Mistake("envs dram-controler-v0", "no environment named", 65, more: "did you mean 'dram-controller-v0'?"),
        Mistake("agents genetc", "no agent named 'genetc'", 64, more: "did you mean 'genetic'?"),
        Mistake("evaluate dram-v9 --log $/log.db", "no environment named 'dram-v9'", 65),
        Mistake(
            "evaluate synthetic-dram10-v0 --set arbiter=Fife --log $/log.db", "'arbiter'", 65, more: "'Fifo'"),
        Mistake(
            "evaluate synthetic-dram10-v0 --set abriter=Fifo --log $/log.db", "no parameter named 'abriter'", 65),
        Mistake("evaluate synthetic-dram10-v0 --set arbiter --log $/log.db", "'--set arbiter' has no '='", 64),
        Mistake(
            "evaluate synthetic-dram10-v0 --set max_active_transactions=500 --log $/log.db",
            "'max_active_transactions' is 500, outside 1 … 128", 65),
        Mistake("evaluate synthetic-dram10-v0 --option texture=1.5 --log $/log.db", "'texture' is 1.5", 65),
        Mistake("evaluate synthetic-dram10-v0 --option tecture=1 --log $/log.db", "no option named", 65),
        Mistake(
            "evaluate synthetic-dram10-v0 --batch $/b.jsonl --log $/log.db", "the line is no JSON object", 65,
            ["b.jsonl": "{\"arbiter\": \n"], more: "b.jsonl:1"),
        Mistake(
            "evaluate synthetic-dram10-v0 --batch $/b.jsonl --log $/log.db", "no parameter named 'abriter'", 65,
            ["b.jsonl": "{\"abriter\": \"Fifo\"}\n"], more: "b.jsonl:1"),
        Mistake("evaluate synthetic-dram10-v0 --batch $/none.jsonl --log $/log.db", "there is no file", 65),
        Mistake("studies --log $/log.db", "there is no log at", 74),
        Mistake("export quick --log $/log.db", "there is no log at", 74),
        Mistake("studies remove quick --log $/log.db", "there is no log at", 74),
        Mistake("studies compact --log $/log.db", "there is no log at", 74),
        Mistake("replay quick --log $/log.db", "there is no log at", 74),
        Mistake("merge $/none.db --log $/log.db", "there is no log at", 74),
        Mistake("serve nobody-v0 --log $/log.db", "no environment named 'nobody-v0'", 65),
        Mistake("serve --agents carrier --log $/log.db", "'carrier'", 64),
        Mistake("serve --agents tcp://0.0.0.0:5999 --log $/log.db", "", 64, more: "--insecure"),
        Mistake("serve --keys $/keys --log $/log.db", "there is no server's key", 64, more: "sextant keys new NAME"),
        Mistake("keys show --keys $/keys", "there is no server's key", 64),
        Mistake("keys new a/b --keys $/keys", "'a/b' can't be a peer's name", 64),
        Mistake("keys new --keys $/keys", "whose key is it to be?", 64),
        Mistake("keys make", "no command named 'make'", 64, more: "new"),
        Mistake("envs --key $/a.key", "a key opens a broker, and none is named", 64),
        Mistake("envs --at inproc://x --key $/a.key", "the key '", 64),
        Mistake("serve --workloads $/none --log $/log.db", "there is no folder", 64),
        Mistake("run $/m.yaml --log $/none/log.db", "the log", 74, manifest(good), more: "mkdir -p"),
        Mistake("run $/m.yaml --log $", "the log", 74, manifest(good), more: "is a folder"),
        Mistake(
            "run $/m.yaml --log $/m.yaml", "the log", 74, manifest(good), more: "is not a Sextant log"),
    ]
}
