import Foundation
import Reports
import Testing

@Suite("JSON of a report")
struct JSONTests {
    @Test("no text can end the script element that it stands in")
    func isFitForScript() throws {
        let value: JSON = ["a</script><!--": "</script>\u{2028}\"\\\u{1}"]
        #expect(!value.line.contains("<"))
        let read = try JSONSerialization.jsonObject(with: Data(value.line.utf8)) as? [String: String]
        #expect(read == ["a</script><!--": "</script>\u{2028}\"\\\u{1}"])
    }

    @Test(
        "numbers are written shortest, and what is no number as null",
        arguments: [
            (JSON(0.1), "0.1"), (JSON(3.0), "3"), (JSON(1e300), "1e+300"), (JSON(Double.nan), "null"),
            (JSON(Double.infinity), "null"), (JSON(Double?.none), "null"), (JSON(-0.5), "-0.5"), (JSON(7), "7"),
        ])
    func writesNumbers(_ value: JSON, _ text: String) {
        #expect(value.line == text)
    }

    @Test("objects keep their order")
    func keepsOrder() {
        let value: JSON = ["z": 1, "a": [true, nil, "x"]]
        #expect(value.line == #"{"z":1,"a":[true,null,"x"]}"#)
    }
}
