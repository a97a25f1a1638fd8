import Gym
import Testing

@Suite("value")
struct ValueTests {
    @Test(
        "what a user typed is a number where it spells a finite one",
        arguments: [
            ("8", .number(8)), ("-0.5", .number(-0.5)), ("1e3", .number(1_000)), ("Open", .text("Open")),
            ("nan", .text("nan")), ("inf", .text("inf")), ("1e999", .text("1e999")), ("", .text("")),
            ("8x", .text("8x")),
        ] as [(String, Value)])
    func parsing(text: String, value: Value) {
        #expect(Value(parsing: text) == value)
    }

    @Test(
        "numbers are written shortest and read back equal",
        arguments: [
            (8, "8"), (-3, "-3"), (0.1, "0.1"), (1e15, "1000000000000000"), (1e17, "1e+17"),
            (123_456_789_012_345, "123456789012345"),
            (-0.0, "0"), (1.0 / 3, "0.3333333333333333"),
        ] as [(Double, String)])
    func format(number: Double, text: String) {
        #expect(Value.format(number) == text)
        #expect(Double(text) == number)
    }

    @Test("not even what is no number stops it", arguments: [Double.nan, .infinity, -.infinity, 1e308])
    func strange(number: Double) {
        #expect(!Value.format(number).isEmpty)
    }

    @Test("a word that spells a number has one")
    func spelled() {
        #expect(Value.text("12").number == 12 && Value.text("Open").number == nil && Value.text("nan").number == nil)
        #expect(Value.number(12).text == "12" && (Value.text("x") as Value) == "x" && (3 as Value) == .number(3))
    }
}
