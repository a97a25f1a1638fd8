import Learning
import Testing

@Suite("Sobol's sequence")
struct SobolTests {
    private static let sequence = Sobol(seeds: (0..<80).map { UInt32(truncatingIfNeeded: 0x9E37_79B9 &* ($0 + 5)) })

    @Test("each of the first 80 coordinates puts one of 256 points into each 256th", arguments: 0..<80)
    func evenness(dimension: Int) {
        for block: UInt32 in [0, 256, 5 * 256] {
            let cells = (0..<256).map { Int(Self.sequence.coordinate(dimension, of: block + $0) * 256) }
            #expect(Set(cells) == Set(0..<256))
        }
    }

    @Test("the first two coordinates together put one of 256 points into each box of 256th volume")
    func pairs() {
        for rows in [2, 16, 128] {
            let cells = (0..<UInt32(256)).map { point in
                let place = [0, 1].map { Self.sequence.coordinate($0, of: point) }
                return Int(place[0] * Double(256 / rows)) * rows + Int(place[1] * Double(rows))
            }
            #expect(Set(cells).count == 256, "\(rows)")
        }
    }

    @Test("4,096 points integrate a product over 10 coordinates far better than random ones would")
    func integral() {
        // The mean of ∏ (1 + (x - 1/2) / 2) is 1; random points err by 0.007 on average.
        let sum = (0..<UInt32(4_096)).reduce(0.0) { sum, point in
            sum + (0..<10).reduce(1.0) { $0 * (1 + (Self.sequence.coordinate($1, of: point) - 0.5) / 2) }
        }
        #expect(abs(sum / 4_096 - 1) < 0.0005)
    }

    @Test("other seeds give other points")
    func seeds() {
        let other = Sobol(seeds: [1, 2])
        #expect((0..<16).contains { other.coordinate(0, of: $0) != Self.sequence.coordinate(0, of: $0) })
    }
}
