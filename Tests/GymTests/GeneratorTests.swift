import Gym
import Testing

@Suite("generator")
struct GeneratorTests {
    // The authors' C programs, xoshiro256** seeded by four steps of splitmix64.
    @Test(
        "xoshiro256** gives the published numbers",
        arguments: [
            (
                UInt64(0),
                [
                    0x99EC_5F36_CB75_F2B4, 0xBF6E_1F78_4956_452A, 0x1A5F_849D_4933_E6E0, 0x6AA5_94F1_262D_2D2C,
                    0xBBA5_AD4A_1F84_2E59, 0xFFEF_8375_D9EB_CACA,
                ]
            ),
            (1, [0xB3F2_AF6D_0FC7_10C5, 0x853B_5596_4736_4CEA, 0x92F8_9756_082A_4514, 0x642E_1C7B_C266_A3A7]),
        ] as [(UInt64, [UInt64])])
    func xoshiro(seed: UInt64, numbers: [UInt64]) {
        var generator = Generator(seed: seed)
        #expect(numbers.map { _ in generator.next() } == numbers)
    }

    @Test("splitmix64 gives the published numbers")
    func mixer() {
        let states = (0..<5).map { 1_234_567 &+ UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }
        let numbers: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect(states.map(splitmix64) == numbers)
    }

    // The bounds are chi-square's quantiles at 1e-4.
    @Test("integers below a bound are uniform", arguments: [(2, 15.2), (3, 18.5), (7, 27.9), (100, 161.4)])
    func below(bound: Int, limit: Double) {
        var generator = Generator(seed: 5, "below")
        var counts = [Double](repeating: 0, count: bound)
        let expected = 1_000.0
        for _ in 0..<bound * 1_000 { counts[generator.below(bound)] += 1 }
        #expect(counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected } < limit)
    }

    @Test("the least and the greatest bound work")
    func extremes() {
        var generator = Generator(seed: 1)
        #expect((0..<100).allSatisfy { _ in generator.below(1) == 0 })
        let large = (0..<1_000).map { _ in generator.below(.max) }
        #expect(large.allSatisfy { $0 >= 0 })
        #expect(Set(large).count == 1_000)
    }

    @Test("doubles lie in [0, 1) and are uniform")
    func unit() {
        var generator = Generator(seed: 2)
        let values = (0..<100_000).map { _ in generator.unit() }
        #expect(values.allSatisfy { (0..<1).contains($0) })
        #expect(abs(values.reduce(0, +) / 100_000 - 0.5) < 0.004)
        #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 100_000 - 1.0 / 3) < 0.004)
    }

    @Test("a chance of 0 never happens, of 1 always, of a quarter a quarter of the time")
    func chance() {
        var generator = Generator(seed: 3)
        let counts = [0, 0.25, 1].map { chance in (0..<10_000).count { _ in generator.chance(chance) } }
        #expect(counts[0] == 0 && counts[2] == 10_000)
        #expect(abs(counts[1] - 2_500) < 180)
    }

    @Test("a shuffle reaches every order about equally often")
    func shuffle() {
        var generator = Generator(seed: 4)
        var counts: [[Int]: Int] = [:]
        for _ in 0..<6_000 { counts[generator.shuffled([1, 2, 3]), default: 0] += 1 }
        #expect(counts.count == 6)
        #expect(counts.values.allSatisfy { abs($0 - 1_000) < 120 })
        #expect(generator.shuffled([Int]()).isEmpty && generator.shuffled([9]) == [9])
    }

    @Test("each purpose has a stream of its own")
    func purposes() {
        var streams = [
            Generator(seed: 1), Generator(seed: 1, "a"), Generator(seed: 1, "b"), Generator(seed: 2, "a"),
            Generator(seed: 1, "a", "b"), Generator(seed: 1, "b", "a"), Generator(seed: 1, "ab"),
        ]
        #expect(Set(streams.indices.map { streams[$0].next() }).count == streams.count)
        var (one, other) = (Generator(seed: 1, "a"), Generator(seed: Generator.derive(1, ["a"])))
        #expect(one.next() == other.next())
    }
}
