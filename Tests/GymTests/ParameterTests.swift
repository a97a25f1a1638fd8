import Gym
import Testing

@Suite("parameter")
struct ParameterTests {
    private static let numeric = [
        Parameter("plain", .integer(1...128)), Parameter("octave", .integer(1...128), scale: .log2),
        Parameter("wait", .integer(1...128), scale: .inverse), Parameter("even", .integer(-4...9, step: 3)),
        Parameter("one", .integer(5...5)), Parameter("list", .ordinal([0.25, 1, 8, 64]), scale: .log2),
        Parameter("backwards", .ordinal([0.5, 1, 2]), scale: .inverse), Parameter("single", .ordinal([7])),
    ]

    @Test("every value has its rank, and the way to features and back loses nothing", arguments: numeric)
    func ranks(parameter: Parameter) throws {
        let count = try #require(parameter.discreteCount)
        let values = (0..<count).map(parameter.value(at:))
        #expect(values == values.sorted() && values.first == parameter.lowest && values.last == parameter.highest)
        #expect(values.map(parameter.rank(of:)) == (0..<count).map { $0 })
        #expect(values.allSatisfy { parameter.contains($0) && parameter.decode(parameter.encode($0)) == $0 })
        #expect(values.map(parameter.encode) == values.map(parameter.encode).sorted())
        #expect(values.allSatisfy { (0...1).contains(parameter.encode($0)) })
    }

    @Test("features outside 0 … 1 and NaN come to the nearest end", arguments: numeric)
    func clamping(parameter: Parameter) {
        #expect(parameter.decode(-3) == parameter.lowest && parameter.decode(.nan) == parameter.lowest)
        #expect(parameter.decode(7) == parameter.highest && parameter.decode(.infinity) == parameter.highest)
    }

    @Test(
        "decoding finds the nearest value on the scale",
        arguments: [(0, 0.5, 64.0), (1, 0.5, 11), (2, 0.5, 2), (3, 0.5, 2), (5, 0.5, 8), (6, 0.5, 1), (7, 0.3, 7)])
    func nearest(place: Int, feature: Double, value: Double) {
        #expect(Self.numeric[place].decode(feature) == value)
    }

    @Test("a real keeps to its range", arguments: [Parameter.Scale.linear, .log2, .inverse])
    func real(scale: Parameter.Scale) {
        let parameter = Parameter("real", .real(0.001...3), scale: scale)
        #expect(parameter.discreteCount == nil && parameter.count == .infinity && parameter.rank(of: 1) == nil)
        for step in 0...1_000 {
            let value = parameter.decode(Double(step) / 1_000)
            #expect(parameter.contains(value))
            #expect(abs(parameter.encode(value) - Double(step) / 1_000) < 1e-9)
        }
        var generator = Generator(seed: 1)
        #expect((0..<1_000).allSatisfy { _ in parameter.contains(parameter.sample(&generator)) })
    }

    @Test(
        "only what the domain holds is held",
        arguments: [
            (0, 0.0, false), (0, 1, true), (0, 1.5, false), (0, 129, false), (0, .nan, false), (0, .infinity, false),
            (3, -4, true), (3, 8, true), (3, 9, false), (3, -3, false), (5, 0.25, true), (5, 2, false),
            (0, 1e300, false),
        ])
    func membership(place: Int, value: Double, isHeld: Bool) {
        #expect(Self.numeric[place].contains(value) == isHeld)
    }

    @Test(
        "what people write is read, and what can't be is refused with the fix",
        arguments: [
            ("8", 8.0, ""), ("Open", nil, "not a number"), ("9000", nil, "outside 1 … 128"),
            ("2.5", nil, "not one of 1 … 128"),
        ] as [(String, Double?, String)])
    func numbers(written: String, value: Double?, complaint: String) throws {
        let parameter = Self.numeric[0]
        guard let value else {
            #expect { try parameter.value(of: Value(parsing: written)) } throws: { error in
                guard let error = error as? GymError else { return false }
                return error.code == .illegalAction && error.field == "plain"
                    && "\(error.message) \(error.hint ?? "")".contains(complaint)
            }
            return
        }
        #expect(try parameter.value(of: Value(parsing: written)) == value)
    }

    @Test("choices are words, also where they look like numbers")
    func choices() throws {
        let parameter = Parameter("width", .categorical(["16", "32", "Auto"]))
        #expect(try parameter.value(of: 32) == 1)
        #expect(try parameter.value(of: "Auto") == 2)
        #expect(parameter.named(0) == "16" && parameter.lowest == 0 && parameter.highest == 2)
        #expect { try parameter.value(of: "auto") } throws: { ($0 as? GymError)?.hint == "did you mean 'Auto'?" }
        #expect(throws: GymError.self) { try parameter.value(of: 1) }
    }

    @Test("domains are written as people read them")
    func texts() {
        let texts = [
            "1 … 128", "1 … 128", "1 … 128", "-4 … 9 by 3", "5 … 5", "0.25 | 1 | 8 | 64", "0.5 | 1 | 2", "7",
        ]
        #expect(Self.numeric.map(\.domainText) == texts)
        #expect(Parameter("r", .real(0...0.5)).domainText == "0 … 0.5")
        #expect(Parameter("c", .categorical(["A", "B"])).domainText == "A | B")
    }
}
