import Gym
import Testing

@Suite("expressions")
struct ExpressionTests {
    private static let quantities = [
        Parameter("x", .real(-10...10)), Parameter("y", .real(-10...10)),
        Parameter("policy", .categorical(["Open", "Closed", "fr-fcfs"])),
        Parameter("width", .categorical(["16", "32"])), Parameter("notable", .real(0...1)),
    ]

    private static func predicate(_ text: String) throws -> Predicate {
        try Predicate(Expression(text), quantities: quantities)
    }

    @Test(
        "each means what the grammar says, at x = 3, y = -2, policy Closed, width 32, notable 1",
        arguments: [
            ("x == 3", true), ("x < 3", false), ("x <= 3", true), ("x > 2.5", true), ("x >= 3.5", false),
            ("x != 3", false),
            ("x + y == 1", true), ("x - y - 1 == 4", true), ("x * y < 0", true), ("x / y == -1.5", true),
            ("1 + 2 * x == 7", true), ("(1 + 2) * x == 9", true), ("-x == -3", true), ("--x == 3", true),
            ("2 - -x == 5", true),
            ("policy == Closed", true), ("policy == 'fr-fcfs'", false), ("Closed == policy", true),
            ("policy != Open", true),
            ("policy in [Open, Closed]", true), ("policy in [Open, \"fr-fcfs\"]", false), ("x in [1, 2, 1 + 2]", true),
            ("not x == 4", true), ("not not x == 3", true), ("x == 3 and y == 0", false), ("x == 0 or y == -2", true),
            ("x == 0 and y == 0 or x == 3", true), ("x == 3 or y == 0 and x == 0", true),
            ("not x == 3 or y == -2", true),
            ("x<=3and y==-2", true), ("notable == 1", true), ("not notable == 1", false), ("1e-1 < x", true),
            ("x == .3e1", true),
            ("x / 0 > 1e300", true), ("0 / 0 == 0 / 0", false), ("width == 32", true), ("width == 16", false),
            ("width in [16]", false), ("width != 16", true), ("x", true), ("0", false),
        ])
    func truth(text: String, isTrue: Bool) throws {
        let predicate = try Self.predicate(text)
        #expect(predicate.isTrue([3, -2, 1, 1, 1]) == isTrue)
        #expect((predicate.violation([3, -2, 1, 1, 1]) == 0) == isTrue)
    }

    @Test(
        "the violation is the relative distance to the bound",
        arguments: [
            ("x <= 2", 0.5), ("x <= -2", 2.5), ("x >= 6", 0.5), ("x == 4", 0.25), ("y <= -4", 0.5), ("x < 3", 1e-12),
            ("x <= 0", 3), ("x - 1 <= 0", 2), ("x <= 2 and x <= 1", 2.5), ("x <= 2 or x <= 1", 0.5),
            ("x <= 9 and x <= 2", 0.5), ("not x == 3", 1), ("policy in [Open]", 1), ("x != 3", 1), ("x <= 0 / 0", 1),
        ])
    func violations(text: String, amount: Double) throws {
        let found = try Self.predicate(text).violation([3, -2, 1, 1, 1])
        #expect(abs(found - amount) <= 1e-12 * max(1, amount) && found > 0)
    }

    @Test(
        "what can't be read says where and what was expected",
        arguments: [
            ("", "ends too early"), ("x <", "ends too early"), ("x <= 2 3", "nothing more"),
            ("(x <= 2", "a ')' is missing"),
            ("x in Open", "'in' takes a list"), ("x in [1, 2", "a ']' is missing"),
            ("policy == 'Open", "closing ' is missing"),
            ("x = 3", "nothing more"), ("x <= 1.2.3", "is not a number"), ("x <= 1e", "is not a number"),
            ("x # 3", "nothing more"),
            ("? x", "'?' was not expected"), ("1 < x < 5", "nothing more"), ("x <= 1e999", "is not a number"),
            (String(repeating: "(", count: 60), "nested more than 50"),
            (String(repeating: "x", count: 1_001), "1,000 characters"),
        ])
    func unreadable(text: String, complaint: String) {
        #expect { try Expression(text) } throws: { error in
            (error as? GymError)?.code == .badInput && (error as? GymError)?.message.contains(complaint) == true
        }
    }

    @Test(
        "a name or word that nothing has is refused with a guess",
        arguments: [
            ("notabel <= 2", "did you mean 'notable'?"), ("policy == Opne", "did you mean 'Open'?"),
            ("power <= 2", "known: x, y, policy, width, notable"), ("policy == 1", "known: Open, Closed, fr-fcfs"),
            ("width == 64", "known: 16, 32"), ("policy in [Open, Colsed]", "did you mean 'Closed'?"),
        ])
    func unknown(text: String, hint: String) {
        #expect { try Self.predicate(text) } throws: { error in
            (error as? GymError)?.code == .badInput && (error as? GymError)?.hint == hint
        }
    }

    @Test("no text stops the parser")
    func fuzz() {
        let pieces = [
            "x", "y", "policy", "Open", "(", ")", "[", "]", ",", "<", "<=", "==", "!=", "=", "+", "-", "*", "/", "and",
            "or", "not", "in", "1", "2.5", "e", ".", "'", "\"", " ", "½", "é", "\n",
        ]
        var generator = Generator(seed: 8)
        var read = 0
        for _ in 0..<20_000 {
            let text = (0..<generator.below(12)).map { _ in pieces[generator.below(pieces.count)] }.joined()
            guard let predicate = try? Self.predicate(text) else { continue }
            read += 1
            _ = predicate.isTrue([1, 2, 0, 0, 0])
            #expect(predicate.violation([1, .nan, 0, 0, 0]) >= 0)
        }
        #expect(read > 100)
    }

    @Test("a condition is written in another language from its leaves up")
    func writing() throws {
        let quantities = [
            Parameter("kind", .categorical(["a", "b", "c"])), Parameter("x", .real(0...9)),
            Parameter("y", .real(0...9)),
        ]
        let condition = try Predicate(
            Expression("not (kind in [b, c]) and -x + 2 * y >= 3"), quantities: quantities)
        let text = condition.written(constant: { "\(Int($0))" }, place: { "v\($0)" }) { sign, parts in
            "(\(sign) \(parts.joined(separator: " ")))"
        }
        #expect(text == "(and (not (in v0 1 2)) (>= (+ (- v1) (* 2 v2)) 3))")
    }
}
