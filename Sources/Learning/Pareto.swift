/// Points of several objectives, all to be minimised: ranks, density and the volume that they dominate.
public enum Pareto {
    /// Whether a point is nowhere worse than another and somewhere better.
    public static func dominates(_ a: [Double], _ b: [Double]) -> Bool {
        var isBetter = false
        for (x, y) in zip(a, b) {
            if x > y { return false }
            if x < y { isBetter = true }
        }
        return isBetter
    }

    /// The places of the points in fronts: the first is dominated by none, each other by none but those before it
    /// (Deb and others, 2002). `dominates` says it of two places. Takes n² comparisons.
    public static func fronts(count: Int, dominates: (Int, Int) -> Bool) -> [[Int]] {
        var dominated = [[Int]](repeating: [], count: count)
        var betters = [Int](repeating: 0, count: count)
        for first in 0..<count {
            for second in first + 1..<max(first + 1, count) {
                if dominates(first, second) {
                    dominated[first].append(second)
                    betters[second] += 1
                } else if dominates(second, first) {
                    dominated[second].append(first)
                    betters[first] += 1
                }
            }
        }
        var fronts: [[Int]] = []
        var front = (0..<count).filter { betters[$0] == 0 }
        while !front.isEmpty {
            fronts.append(front)
            var next: [Int] = []
            for place in front {
                for other in dominated[place] {
                    betters[other] -= 1
                    if betters[other] == 0 { next.append(other) }
                }
            }
            front = next.sorted()
        }
        return fronts
    }

    /// How far apart each point's neighbours lie, summed over objectives as shares of their range; infinite at the
    /// ends. An objective in which all are equal counts nothing.
    public static func crowding(_ points: [[Double]]) -> [Double] {
        var distances = [Double](repeating: 0, count: points.count)
        for objective in (points.first ?? []).indices {
            let order = points.indices.sorted {
                (points[$0][objective], $0) < (points[$1][objective], $1)
            }
            let (least, most) = (points[order[0]][objective], points[order[order.count - 1]][objective])
            guard most > least, (most - least).isFinite else { continue }
            distances[order[0]] = .infinity
            distances[order[order.count - 1]] = .infinity
            for place in 1..<max(1, order.count - 1) {
                let gap = points[order[place + 1]][objective] - points[order[place - 1]][objective]
                distances[order[place]] += gap / (most - least)
            }
        }
        return distances
    }

    /// The volume between the points and a reference that is worse than they are; points that are not better than it
    /// in every objective add nothing. By slices of the last objective, so meant for few points or objectives.
    public static func hypervolume(_ points: [[Double]], reference: [Double]) -> Double {
        let inside = points.filter { zip($0, reference).allSatisfy { $0 < $1 } }
        guard let last = reference.indices.last, !inside.isEmpty else { return 0 }
        guard last > 0 else { return reference[0] - (inside.map { $0[0] }.min() ?? reference[0]) }
        guard last > 1 else { return area(inside, reference) }
        let order = inside.sorted { $0[last] < $1[last] }
        var volume = 0.0
        for place in order.indices {
            let end = place + 1 < order.count ? order[place + 1][last] : reference[last]
            guard end > order[place][last] else { continue }
            let slice = order[...place].map { Array($0[..<last]) }
            volume += (end - order[place][last]) * hypervolume(slice, reference: Array(reference[..<last]))
        }
        return volume
    }

    private static func area(_ points: [[Double]], _ reference: [Double]) -> Double {
        var (total, top) = (0.0, reference[1])
        for point in points.sorted(by: { ($0[0], $0[1]) < ($1[0], $1[1]) }) where point[1] < top {
            total += (reference[0] - point[0]) * (top - point[1])
            top = point[1]
        }
        return total
    }
}
