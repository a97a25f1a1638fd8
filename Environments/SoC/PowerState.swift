#if canImport(Glibc)
    import Glibc
#endif

/// Frequencies, power and heat of a platform, by DS3's models: leakage of Bhat et al. (TVLSI 2018) and a thermal model
/// of five places on an Odroid-XU3 at steps of two sampling periods.
struct PowerState: Sendable {
    private struct Level: Sendable {
        let frequency: Double
        let voltage: Double
        let watts: [Double]
    }

    private struct Cluster: Sendable {
        let kind: Platform.Kind
        let count: Int
        let points: [Platform.OperatingPoint]
        let levels: [Level]
        let trips: [Int?]
        let governor: Governor
        var point: Int
        /// The highest point that heat allows.
        var limit: Int
        /// The level of power that stands for the frequency, and how its dynamic part is scaled to it.
        var level = 0
        var scale = 1.0
    }

    private var clusters: [Cluster]
    /// Whether some frequency can change during a run.
    let changesFrequency: Bool
    /// How many elements of each cluster are busy.
    var busy: [Int]
    /// How much longer each cluster takes than at its highest frequency: f_max / f - 1.
    private(set) var slowdown: [Double]
    /// W that leak from one element of each cluster.
    private(set) var leakage: [Double]
    /// W of each cluster, as the thermal model sees it.
    private(set) var watts: [Double]
    /// When each cluster was looked at last, a tick.
    private var evaluated: [Int]
    private var evaluatedNow = 0
    /// °C above the surroundings, of five places.
    private(set) var heat = [0.0, 0, 0, 0, 0]
    /// Working clusters, and elements in all.
    private let clusterCount: Int
    private let elementCount: Int

    static let ambient = 42.0
    /// W of the memory and of the graphics processor, which are always counted.
    static let (memoryWatts, graphicsWatts) = (0.0473, 0.1201)
    static let baseWatts = memoryWatts + graphicsWatts

    init(_ platform: Platform) {
        clusters = platform.clusters.filter { $0.kind != .memory }.map { cluster in
            let top = max(0, cluster.points.count - 1)
            var point = top
            if case .powersave = cluster.governor { point = 0 }
            if case .constant(let frequency) = cluster.governor {
                point = cluster.points.firstIndex { $0.frequency == frequency } ?? top
            }
            let levels = cluster.power.map { level in
                Level(
                    frequency: Double(level.frequency),
                    voltage: cluster.points.first { $0.frequency == level.frequency }?.voltage ?? 1,
                    watts: PowerState.extended(level.watts, to: cluster.count))
            }
            return Cluster(
                kind: cluster.kind, count: cluster.count, points: cluster.points, levels: levels,
                trips: cluster.trips, governor: cluster.governor, point: point, limit: top)
        }
        clusterCount = clusters.count
        elementCount = clusters.reduce(0) { $0 + $1.count }
        changesFrequency = clusters.contains { $0.governor == .ondemand }
        busy = [Int](repeating: 0, count: clusterCount)
        slowdown = [Double](repeating: 0, count: clusterCount)
        leakage = slowdown
        watts = slowdown
        evaluated = [Int](repeating: -1, count: clusterCount)
        for cluster in clusters.indices { setPoint(clusters[cluster].point, of: cluster) }
    }

    /// Power of more busy elements than were measured goes on by the last step.
    private static func extended(_ watts: [Double], to count: Int) -> [Double] {
        var result = watts
        while result.count < count {
            let last = result[result.count - 1]
            result.append(last + (result.count > 1 ? last - result[result.count - 2] : last))
        }
        return result
    }

    private mutating func setPoint(_ point: Int, of cluster: Int) {
        clusters[cluster].point = point
        let voltage = clusters[cluster].points[point].voltage
        let frequency = Double(clusters[cluster].points[point].frequency)
        let top = Double(clusters[cluster].points.last?.frequency ?? 1)
        slowdown[cluster] = top / frequency - 1
        let level = clusters[cluster].levels.firstIndex { $0.frequency >= frequency } ?? 0
        clusters[cluster].level = level
        let ratio = voltage / clusters[cluster].levels[level].voltage
        clusters[cluster].scale = frequency / clusters[cluster].levels[level].frequency * (ratio * ratio)
        updateLeakage(of: cluster)
    }

    private mutating func updateLeakage(of cluster: Int) {
        let kelvin = 273 + temperature
        let voltage = clusters[cluster].points[clusters[cluster].point].voltage
        let share = clusters[cluster].kind == .little ? 16.0 : 4
        leakage[cluster] = (voltage * 0.002488 * kelvin * kelvin * exp(-2_660 / kelvin) + 0.000519 * voltage) / share
    }

    /// °C of the hottest place.
    var temperature: Double { PowerState.ambient + (heat.max() ?? 0) }

    /// J of a segment that begins now on one of the cluster's busy elements.
    mutating func beginSegment(_ cluster: Int, lasting step: Double) -> Double {
        let state = clusters[cluster]
        let level = state.levels[state.level]
        let count = busy[cluster]
        let leak = leakage[cluster]
        let total = level.watts[min(count, level.watts.count) - 1]
        let dynamic = (total - leak * Double(level.watts.count)) / Double(count) * state.scale
        watts[cluster] = dynamic * Double(count) + leak * Double(state.count)
        return (dynamic + leak) * step * 1e-6
    }

    /// J of an element over a sampling period besides what its task takes.
    func sampledJoules(_ cluster: Int, isBusy: Bool, period: Int) -> Double {
        let base = PowerState.baseWatts * Double(period) * 1e-6 / Double(elementCount)
        return isBusy ? base : leakage[cluster] * Double(period) * 1e-6 + base
    }

    /// Nothing of the cluster is busy.
    mutating func restCluster(_ cluster: Int) {
        watts[cluster] = leakage[cluster] * Double(clusters[cluster].count) + PowerState.baseWatts
    }

    /// Whether the cluster has not been looked at this tick; it has afterwards. Reports also whether all have.
    mutating func markEvaluated(_ cluster: Int, at tick: Int) -> (isFirst: Bool, areAll: Bool) {
        guard evaluated[cluster] != tick else { return (false, false) }
        if !evaluated.contains(tick) { evaluatedNow = 0 }
        evaluated[cluster] = tick
        evaluatedNow += 1
        return (true, evaluatedNow == clusterCount)
    }

    /// The governor's decision, by the sum of the elements' utilisation.
    mutating func govern(_ cluster: Int, utilisation: Double) {
        guard clusters[cluster].governor == .ondemand else { return }
        let point = clusters[cluster].point
        if utilisation > 0.8 {
            setPoint(clusters[cluster].limit, of: cluster)
        } else if utilisation < 0.3, point > 0 {
            setPoint(point - 1, of: cluster)
        }
    }
}

extension PowerState {
    /// How heat goes from place to place: two big cores' corners, the little ones' side, the graphics processor.
    private static let flow: [[Double]] = [
        [0.9928, 0.000566, 0.004281, 0.0003725, 1.34e-5], [0.006084, 0.9909, 0, 0.001016, 8.863e-5],
        [0, 0.0008608, 0.993, 0, 0.0008842], [0.006844, -0.0005119, 0, 0.9904, 0.0003392],
        [0.0007488, 0.003932, 8.654e-5, 0.002473, 0.9905],
    ]
    private static let memoryColumn = [0.07423, 0, 0.6708, 0, 0.01404]
    private static let graphicsColumn = [6.898e-7, 0.001971, 2.108e-6, 0.01682, 0.03811]
    private static let bigColumn = [0.0471, 0.01265, 0.113, 0.01646, 0.01476]
    private static let littleColumn = [0.02399, 0, 0.02819, 0.007198, 0.03902]

    /// A step of the thermal model with the power that clusters have now.
    mutating func warm(throttling: Bool) {
        var next = [0.0, 0, 0, 0, 0]
        var (big, little) = (0.0, 0.0)
        for (place, cluster) in clusters.enumerated() {
            if cluster.kind == .big { big += watts[place] }
            if cluster.kind == .little { little += watts[place] }
        }
        for row in 0..<5 {
            var sum = 0.0
            for column in 0..<5 { sum += PowerState.flow[row][column] * heat[column] }
            sum += PowerState.memoryColumn[row] * PowerState.memoryWatts
            sum += PowerState.graphicsColumn[row] * PowerState.graphicsWatts
            sum += PowerState.bigColumn[row] * big
            next[row] = sum + PowerState.littleColumn[row] * little
        }
        heat = next
        for cluster in clusters.indices { updateLeakage(of: cluster) }
        if throttling { throttle() }
    }

    /// Clusters fall to a trip's frequency beyond 85, 90 and 95 °C, and are free again 3 °C below.
    private mutating func throttle() {
        for cluster in clusters.indices {
            let top = clusters[cluster].points.count - 1
            var limit = top
            for (trip, frequency) in clusters[cluster].trips.enumerated() {
                guard let frequency else { continue }
                let point = clusters[cluster].points.firstIndex { $0.frequency == frequency } ?? top
                let bound = 85.0 + 5 * Double(trip) - (clusters[cluster].limit <= point ? 3 : 0)
                if temperature > bound { limit = min(limit, point) }
            }
            guard limit != clusters[cluster].limit else { continue }
            let wasLimited = clusters[cluster].point == clusters[cluster].limit
            clusters[cluster].limit = limit
            if clusters[cluster].point > limit || wasLimited { setPoint(resting(cluster, limit), of: cluster) }
        }
    }

    /// The point that the governor would hold under a limit.
    private func resting(_ cluster: Int, _ limit: Int) -> Int {
        let state = clusters[cluster]
        switch state.governor {
        case .performance, .ondemand: return limit
        case .powersave: return 0
        case .constant(let frequency):
            return min(limit, state.points.firstIndex { $0.frequency == frequency } ?? limit)
        }
    }
}
