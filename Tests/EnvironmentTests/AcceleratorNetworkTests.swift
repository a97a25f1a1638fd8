import Environments
import Foundation
import Gym
import Testing

@Suite("The networks of the accelerator")
struct AcceleratorNetworkTests {
    /// The project's name of a network, and that of its table beside the project.
    private static let tables = [
        "alexnet": "alexnet_tv", "alexnet-grouped": "alexnet_grouped", "vgg16": "vgg16", "resnet18": "resnet18",
        "resnet50": "resnet50", "mobilenet-v1": "mobilenet_v1", "mobilenet-v2": "mobilenet_v2",
        "efficientnet-b0": "efficientnet_b0", "vit-b16": "vit_b16", "bert-base-128": "bert_base_128",
        "bert-base-512": "bert_base_512", "gpt2-prefill-1024": "gpt2_small_prefill_1024",
        "gpt2-decode-1024": "gpt2_small_decode_ctx1024",
    ]

    @Test(
        "every layer is that of the published table, and multiply-accumulates and weights are equal",
        .enabled(if: SharedFiles.has("data/dnn/summary.csv")), arguments: Network.all.map(\.name))
    func tables(name: String) throws {
        let network = try #require(Network.named(name))
        let table = try #require(Self.tables[name])
        let rows = try SharedFiles.rows("data/dnn/\(table).csv")
        try #require(rows.count == network.layers.count)
        for (layer, row) in zip(network.layers, rows) {
            func number(_ column: String) -> Int { Int(row[column] ?? "") ?? -1 }
            var wanted = Extents.ones
            for dimension in LoopDimension.allCases { wanted[dimension] = number(dimension.letter) }
            // The tables count heads as images; here they are groups, since each has a second matrix of its own.
            if row["type"] == "bmm" { (wanted[.n], wanted[.g]) = (wanted[.g], wanted[.n]) }
            #expect(layer.name == row["layer"] && layer.extents == wanted, "\(name) \(layer.name)")
            #expect(layer.strideHeight == number("stride_h") && layer.padding == number("pad_h"), "\(layer.name)")
            #expect(layer.macs * layer.repeats == number("macs_total"), "\(layer.name)")
            #expect(layer.weightCount * layer.repeats == number("params"), "\(layer.name)")
        }
        let total = try #require(try SharedFiles.rows("data/dnn/summary.csv").first { $0["network"] == table })
        #expect(network.macs == Int(total["macs"] ?? "") && network.weightCount == Int(total["weights_no_bias"] ?? ""))
    }

    @Test("multiply-accumulates and weights, also without the tables")
    func totals() {
        let wanted: [(String, Int, Int)] = [
            ("alexnet", 714_188_480, 61_090_496), ("resnet50", 4_089_184_256, 25_502_912),
            ("mobilenet-v2", 300_774_272, 3_469_760), ("gpt2-decode-1024", 142_406_400, 123_532_032),
        ]
        for (name, macs, weights) in wanted {
            let network = Network.named(name)
            #expect(network?.macs == macs && network?.weightCount == weights, "\(name)")
        }
    }

    @Test("a network of one's own is read from a table, whose columns have defaults")
    func file() throws {
        let network = try Self.read("layer,K,C,P,Q,R,S,stride_h,stride_w\na,8,3,5,5,3,3,2,2\nb,10,8,1,1,1,1,1,1\n")
        #expect(network.layers.map(\.name) == ["a", "b"])
        #expect(network.layers[0].strideHeight == 2 && network.layers[0].extents[.g] == 1)
        #expect(network.macs == 8 * 3 * 25 * 9 + 80)
        #expect(try Self.read("layer,K,C\nfc,1000,512\n").macs == 512_000)
    }

    @Test(
        "a bad table is refused with its line",
        arguments: [
            ("layer,K,C,Z\na,1,1,1\n", "Z"), ("layer,K\na,1\n", "'C'"), ("layer,K,C\na,x,1\n", "'x'"),
            ("layer,K,C\na,0,1\n", "not 1"), ("layer,K,C\na,1,1\na,1,1\n", "twice"), ("layer,K,C\n", "no layers"),
            ("layer,K,C,P,Q\na,1000000,1000000,100000,100000\n", "too large"), ("layer,K,C\na,1\n", "2 fields"),
        ])
    func badFile(text: String, word: String) {
        #expect {
            try Self.read(text)
        } throws: { error in
            let error = error as? GymError
            return error?.code == .badInput && "\(error?.message ?? "") \(error?.hint ?? "")".contains(word)
        }
    }

    @Test("a layer is named by name or number, and a wrong one gets a guess")
    func layer() throws {
        let network = try #require(Network.named("resnet18"))
        #expect(try network.layer("2").name == "layer1.0.conv1")
        #expect(try network.layer("fc").extents[.k] == 1_000)
        #expect(throws: GymError.self) { try network.layer("layer1.0.convv1") }
        #expect(throws: GymError.self) { try network.layer("22") }
    }

    private static func read(_ text: String) throws -> Network {
        let file = FileManager.default.temporaryDirectory.appending(path: "network-\(UUID().uuidString).csv")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Network(path: file.path, name: "network.csv")
    }
}
