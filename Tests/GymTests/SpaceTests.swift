import Gym
import Testing

/// Every kind of domain, conditions that hang on one another, and constraints.
private let mixed = Space(
    [
        Parameter("depth", .integer(2...12, step: 2), default: 4), Parameter("voltage", .real(0.5...1.5), default: 1),
        Parameter("width", .ordinal([8, 16, 64]), scale: .log2, default: 16),
        Parameter("policy", .categorical(["open", "closed", "adaptive"]), default: "open"),
        Parameter("timeout", .integer(1...4), default: 2), Parameter("grace", .integer(0...3), default: 1),
    ],
    constraints: ["depth * width <= 400", "policy != closed or depth > 2"],
    activity: ["timeout": "policy == adaptive", "grace": "timeout > 2"])

@Suite("space")
struct SpaceTests {
    @Test("an inactive parameter holds its lowest value, also where its condition is inactive")
    func activity() {
        #expect(mixed.active([4, 1, 16, 2, 3, 2]) == [true, true, true, true, true, true])
        #expect(mixed.active([4, 1, 16, 2, 2, 2]) == [true, true, true, true, true, false])
        #expect(mixed.active([4, 1, 16, 0, 3, 2]) == [true, true, true, true, false, false])
        #expect(mixed.canonical([4, 1, 16, 0, 3, 2]) == [4, 1, 16, 0, 1, 0])
        #expect(mixed.canonical([4, 1, 16, 2, 1, 2]) == [4, 1, 16, 2, 1, 0])
        #expect(mixed.canonical([4, 1, 16, 2, 3, 2]) == [4, 1, 16, 2, 3, 2])
    }

    @Test(
        "an action is legal or refused by name",
        arguments: [
            ([4, 1, 16, 0, 1, 0], nil), ([4, 1, 16, 0, 3, 2], nil), ([3, 1, 16, 0, 1, 0], "depth"),
            ([4, 2, 16, 0, 1, 0], "voltage"), ([4, .nan, 16, 0, 1, 0], "voltage"), ([4, 1, 17, 0, 1, 0], "width"),
            ([4, 1, 16, 3, 1, 0], "policy"), ([4, 1, 16, 0.5, 1, 0], "policy"), ([4, 1, 16, 0, 9, 0], "timeout"),
            ([8, 1, 64, 0, 1, 0], ""), ([2, 1, 8, 1, 1, 0], ""), ([4, 1], ""), ([], ""), ([4, 1, 16, 0, 1, 0, 0], ""),
        ] as [(Action, String?)])
    func legality(action: Action, culprit: String?) throws {
        #expect(mixed.contains(action) == (culprit == nil))
        guard let culprit else {
            #expect(try mixed.checked(action) == mixed.canonical(action))
            return
        }
        #expect { try mixed.checked(action) } throws: { error in
            (error as? GymError)?.code == .illegalAction && (error as? GymError)?.field ?? "" == culprit
        }
    }

    @Test("a constraint looks at the canonical design")
    func constraintOfInactive() throws {
        let space = Space(
            [Parameter("on", .categorical(["no", "yes"])), Parameter("size", .integer(1...9))],
            constraints: ["size < 5"], activity: ["size": "on == yes"])
        #expect(space.contains([0, 9]) && !space.contains([1, 9]))
        #expect(try space.checked([0, 9]) == [0, 1])
    }

    @Test("random designs are legal, canonical and reach everything")
    func sampling() throws {
        var generator = Generator(seed: 6)
        let actions = try (0..<4_000).map { _ in try mixed.sample(&generator) }
        #expect(actions.allSatisfy { mixed.contains($0) && mixed.canonical($0) == $0 })
        for (place, parameter) in mixed.parameters.enumerated() {
            let values = Set(actions.map { $0[place] })
            #expect(values.count == parameter.discreteCount ?? values.count, "\(parameter.name)")
        }
        let shares = (0..<3).map { choice in actions.count { $0[3] == Double(choice) } }
        #expect(shares.allSatisfy { $0 > 1_100 })
    }

    @Test("a space without a legal design is given up with a hint")
    func unsatisfiable() {
        var generator = Generator(seed: 6)
        let space = Space([Parameter("x", .integer(1...9))], constraints: ["x > 9"])
        #expect { try space.sample(&generator) } throws: { ($0 as? GymError)?.hint == "loosen: x > 9" }
        #expect(space.designs(limit: 100)?.isEmpty == true)
    }

    @Test("features lie in 0 … 1 and lead back to the design")
    func features() throws {
        var generator = Generator(seed: 7)
        #expect(mixed.featureCount == 8)
        for _ in 0..<500 {
            let action = try mixed.sample(&generator)
            let features = mixed.encode(action)
            #expect(features.count == 8 && features.allSatisfy { (0...1).contains($0) })
            for (found, wanted) in zip(mixed.decode(features), action) { #expect(abs(found - wanted) < 1e-12) }
        }
        #expect(mixed.decode([0, 0, 0, 0.2, 0.9, 0.3, 0, 0])[3] == 1)
    }

    @Test("the size counts every combination")
    func cardinality() {
        #expect(mixed.cardinality == .infinity)
        #expect(Space([Parameter("a", .integer(1...5)), Parameter("b", .ordinal([1, 2, 4]))]).cardinality == 15)
        #expect(Space([]).cardinality == 1)
    }

    @Test("neighbours are legal, none twice, and differ in one active parameter")
    func neighbours() throws {
        var generator = Generator(seed: 9)
        for _ in 0..<200 {
            let action = try mixed.sample(&generator)
            let found = mixed.neighbours(of: action)
            #expect(Set(found).count == found.count && !found.contains(action) && !found.isEmpty)
            for other in found {
                #expect(mixed.contains(other) && mixed.canonical(other) == other)
                // Changing one parameter may switch others on or off, which then differ too.
                let both = zip(mixed.active(action), mixed.active(other)).map { $0 && $1 }
                #expect(action.indices.count { both[$0] && action[$0] != other[$0] } == 1)
            }
        }
        let line = Space([Parameter("x", .integer(0...9))])
        #expect(line.neighbours(of: [3]) == [[4], [2], [5], [1], [7]])
    }

    @Test("a small space is listed whole, each design once")
    func designs() throws {
        let space = Space(
            [
                Parameter("kind", .categorical(["a", "b"])), Parameter("size", .integer(1...3)),
                Parameter("extra", .ordinal([1, 5])),
            ], constraints: ["size + extra < 8"], activity: ["extra": "kind == b"])
        let found = try #require(space.designs(limit: 9))
        let wanted: [Action] = [
            [0, 1, 1], [0, 2, 1], [0, 3, 1], [1, 1, 1], [1, 1, 5], [1, 2, 1], [1, 2, 5], [1, 3, 1],
        ]
        #expect(found == wanted)
        #expect(space.designs(limit: 8) == nil && mixed.designs(limit: 1_000_000) == nil)
        #expect(Space([Parameter("x", .integer(0...(1 << 50)))]).designs(limit: 10) == nil)
    }

    @Test("a mask narrows the choices of active categoricals only")
    func masks() throws {
        let mask = [[false, true, true]]
        #expect(!mixed.allows([4, 1, 16, 0, 1, 0], legal: mask) && mixed.allows([4, 1, 16, 1, 1, 0], legal: mask))
        #expect(mixed.allows([4, 1, 16, 0, 1, 0], legal: nil))
        // Rows that forbid all, or do not fit, restrict nothing.
        for odd in [[[false, false, false]], [[false, true]], []] {
            #expect(mixed.allows([4, 1, 16, 0, 1, 0], legal: odd))
        }
        var generator = Generator(seed: 10)
        for _ in 0..<300 {
            let action = try mixed.sample(&generator, legal: mask)
            #expect(mixed.allows(action, legal: mask) && mixed.contains(action))
        }
        let repaired = mixed.masked([4, 1, 16, 0, 1, 0], legal: mask, &generator)
        #expect(repaired[3] != 0 && Array(repaired[..<3]) == [4, 1, 16])
        let conditional = Space(
            [Parameter("on", .categorical(["no", "yes"])), Parameter("kind", .categorical(["a", "b"]))],
            activity: ["kind": "on == yes"])
        #expect(conditional.allows([0, 0], legal: [[true, true], [false, true]]))
        #expect(!conditional.allows([1, 0], legal: [[true, true], [false, true]]))
    }

    @Test("names and numbers say the same, inactive parameters have no value")
    func naming() throws {
        let action: Action = [4, 0.75, 64, 2, 3, 2]
        let named = mixed.named(action)
        #expect(named.map(\.value) == [4, 0.75, 64, "adaptive", 3, 2])
        #expect(mixed.named([4, 1, 8, 1, 1, 0]).map(\.value) == [4, 1, 8, "closed", nil, nil])
        let values = Dictionary(uniqueKeysWithValues: named.compactMap { name, value in value.map { (name, $0) } })
        #expect(try mixed.action(named: values) == action)
        #expect(try mixed.action(named: ["policy": "closed"]) == [4, 1, 16, 1, 1, 0])
        #expect(try mixed.action(named: ["grace": 3], base: action) == [4, 0.75, 64, 2, 3, 3])
        #expect(mixed.defaultAction == [4, 1, 16, 0, 1, 0])
        #expect(Space([Parameter("x", .integer(1...2))]).defaultAction == nil)
    }

    @Test(
        "a name or value that can't be is refused with the fix",
        arguments: [
            (["polcy": "open"], "did you mean 'policy'?"), (["policy": "opne"], "did you mean 'open'?"),
            (["depth": "deep"], "it takes 2 … 12 by 2"),
        ] as [([String: Value], String)])
    func refused(values: [String: Value], hint: String) {
        #expect { try mixed.action(named: values, code: .badInput) } throws: { error in
            (error as? GymError)?.code == .badInput && (error as? GymError)?.hint == hint
        }
    }
}

@Suite("declaring a space")
struct SpaceDeclarationTests {
    private static let x = Parameter("x", .integer(1...4))

    @Test(
        "a wrong declaration is refused with its reason",
        arguments: [
            ([Parameter("", .integer(1...2))], "name is empty"),
            ([Parameter("_x", .integer(1...2))], "begins with '_'"),
            ([x, x], "there twice"), ([Parameter("s", .integer(1...9, step: 0))], "step below 1"),
            ([Parameter("b", .integer(0...(1 << 54)))], "beyond 2^53"),
            ([Parameter("r", .real(0 ... .infinity))], "not finite"),
            ([Parameter("w", .real(-1e308...1e308))], "wider than a double"),
            ([Parameter("o", .ordinal([]))], "has no values"), ([Parameter("o", .ordinal([2, 1]))], "do not rise"),
            ([Parameter("o", .ordinal([1, 1]))], "do not rise"), ([Parameter("o", .ordinal([.nan]))], "not finite"),
            ([Parameter("c", .categorical([]))], "no choices"),
            ([Parameter("c", .categorical(["a", "a"]))], "one twice"),
            ([Parameter("c", .categorical(["a"]), scale: .log2)], "no order"),
            ([Parameter("z", .integer(0...4), scale: .log2)], "not positive"),
            ([Parameter("z", .real(-1...4), scale: .inverse)], "not positive"),
            ([Parameter("d", .integer(1...4), default: 5)], "outside 1 … 4"),
            ([Parameter("d", .categorical(["a"]), default: "b")], "none of its choices"),
            ((0...1_000).map { Parameter("x\($0)", .integer(1...2)) }, "at most 1000"),
        ])
    func parameters(parameters: [Parameter], reason: String) {
        #expect { try Space(checking: parameters) } throws: { error in
            (error as? GymError)?.message.contains(reason) == true
        }
    }

    @Test(
        "conditions name what exists, and only what comes before",
        arguments: [
            (["y < 2"], [:], "names 'y'"), (["x <"], [:], "can't be read"),
            ([], ["y": "x > 1"], "no parameter named 'y'"),
            ([], ["x": "z > 1"], "names 'z'"), ([], ["x": "x > 1"], "names 'x'"),
        ] as [([String], [String: String], String)])
    func conditions(constraints: [String], activity: [String: String], reason: String) {
        let parameters = [Self.x, Parameter("z", .integer(1...4))]
        #expect {
            try Space(checking: parameters, constraints: constraints, activity: activity)
        } throws: { error in
            (error as? GymError)?.message.contains(reason) == true
        }
    }

    @Test("spaces are equal when all they say is")
    func equality() {
        let plain = Space([Self.x])
        #expect(plain == Space([Self.x]) && plain != Space([Self.x], constraints: ["x > 1"]))
        #expect(plain != Space([Parameter("x", .integer(1...5))]))
    }
}
