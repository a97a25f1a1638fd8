import Gym

#if canImport(Glibc)
    import Glibc
#endif

/// Which jobs come, and when.
package struct Arrivals: Sendable {
    /// One job to come.
    package struct Job: Sendable, Hashable {
        /// The application's place in the tables.
        package let application: Int
        /// Whole us after the injection of the job before, or after the beginning.
        package let gap: Int

        /// A job after a gap.
        package init(application: Int, gap: Int) { (self.application, self.gap) = (application, gap) }
    }

    private enum Source: Sendable {
        case list([Job])
        case stream(mean: Double, shares: [Double], jobs: Int, Generator)
    }

    private var source: Source
    private let beginning: Source
    private var position = 0
    /// The application of the job that has arrived or will next.
    var pending = 0

    /// Jobs of a list.
    package init(_ jobs: [Job]) { (source, beginning) = (.list(jobs), .list(jobs)) }

    /// Jobs at random: gaps are exponential with a mean in us, rounded down; the first comes at once. Applications are
    /// drawn by their weights.
    package init(mean: Double, weights: [Double], jobs: Int = .max, seed: UInt64) {
        let total = weights.reduce(0, +)
        var sum = 0.0
        let shares = weights.map { weight in
            sum += weight / total
            return sum
        }
        source = .stream(mean: mean, shares: shares, jobs: jobs, Generator(seed: seed, "arrivals"))
        beginning = source
    }

    /// The same jobs from the first one on.
    var rewound: Arrivals {
        var copy = self
        (copy.source, copy.position, copy.pending) = (beginning, 0, 0)
        return copy
    }

    /// The next job; nil where no more will come.
    mutating func next() -> Job? {
        defer { position += 1 }
        switch source {
        case .list(let jobs):
            return position < jobs.count ? jobs[position] : nil
        case .stream(let mean, let shares, let jobs, var generator):
            guard position < jobs else { return nil }
            let draw = generator.unit()
            let application = shares.firstIndex { draw < $0 } ?? max(0, shares.count - 1)
            let gap = position == 0 ? 0 : Int(min(1e12, -log(1 - generator.unit()) * mean))
            source = .stream(mean: mean, shares: shares, jobs: jobs, generator)
            return Job(application: application, gap: gap)
        }
    }
}
