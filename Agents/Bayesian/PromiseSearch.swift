import Gym

/// Looks for the most promising genome that is new, from the best known ones and from the best of some random ones.
struct PromiseSearch: Sendable {
    let starts: Int
    let screen: Int
    let pool: Int
    let encoding: DesignEncoding

    private typealias Candidate = (promise: Double, genome: [Double], design: [Double])

    /// What a search keeps to: new genomes, the trust region, the mask of the first action.
    private struct Ground {
        let genomes: Genomes
        let region: TrustRegion?
        let legal: [[Bool]]?

        func admits(_ genome: [Double], _ design: [Double]) -> Bool {
            !genomes.isKnown(genome) && region?.contains(design) ?? true
                && genomes.space.allows(Array(genome.prefix(genomes.space.parameters.count)), legal: legal)
        }
    }

    /// The most promising one; nil where nothing new was found.
    func best(
        _ outlook: inout Outlook, known: Int, heads: [[Double]], genomes: Genomes, region: TrustRegion?,
        legal: [[Bool]]?, _ generator: inout Generator
    ) throws -> [Double]? {
        let ground = Ground(genomes: genomes, region: region, legal: legal)
        // Each costs the square of what is known, so that there are fewer as more is known.
        let count = max(8, pool * 100 / max(100, known))
        var beginnings = try random(ground, heads: heads, count: count, &generator).map { genome, design in
            outlook.move(to: design)
            return (promise: outlook.promise(design), genome: genome, design: design)
        }
        beginnings.sort { $0.promise > $1.promise }
        beginnings.removeLast(max(0, beginnings.count - starts))
        // A known design promises nothing itself; what lies around it does.
        beginnings += heads.prefix(starts).map { (-.infinity, $0, encoding.design($0)) }
        var best: Candidate?
        for start in beginnings {
            let end = climb(from: start, &outlook, ground, &generator)
            if end.promise > best?.promise ?? -.infinity { best = end }
        }
        return best?.genome
    }

    /// The best of a function drawn from the process, among random designs and the neighbours of the best ones.
    func draw(
        from surrogate: Surrogate, _ outlook: inout Outlook, heads: [[Double]], genomes: Genomes, region: TrustRegion?,
        legal: [[Bool]]?, _ generator: inout Generator
    ) throws -> [Double]? {
        let ground = Ground(genomes: genomes, region: region, legal: legal)
        var candidates = try random(ground, heads: heads, count: pool / 2, &generator)
        for _ in 0..<pool / 2 where !heads.isEmpty {
            let head = heads[generator.below(min(heads.count, starts))]
            var genome = genomes.neighbour(of: head, changes: 1 + generator.below(3), local: 0.5, &generator)
            guard genomes.repair(&genome, legal: legal, &generator) else { continue }
            let design = encoding.design(genome)
            if ground.admits(genome, design) { candidates.append((genome, design)) }
        }
        let extras = candidates.map { candidate in
            outlook.move(to: candidate.design)
            return outlook.logFeasibility(candidate.design)
        }
        let place = surrogate.drawBest(of: candidates.map(\.design), adding: extras, &generator)
        return place.map { candidates[$0].genome }
    }

    /// New random genomes; in a trust region they are few changes away from its middle.
    private func random(
        _ ground: Ground, heads: [[Double]], count: Int, _ generator: inout Generator
    ) throws -> [(genome: [Double], design: [Double])] {
        var found: [(genome: [Double], design: [Double])] = []
        for _ in 0..<count {
            var genome: [Double] = []
            if ground.region != nil, let head = heads.first {
                let changes = 1 + generator.below(max(1, ground.genomes.length / 2))
                genome = ground.genomes.neighbour(of: head, changes: changes, local: 0.5, &generator)
                guard ground.genomes.repair(&genome, legal: ground.legal, &generator) else { continue }
            } else {
                for step in 0..<ground.genomes.horizon {
                    genome += try ground.genomes.space.sample(&generator, legal: step == 0 ? ground.legal : nil)
                }
            }
            let design = encoding.design(genome)
            if ground.admits(genome, design) { found.append((genome, design)) }
        }
        return found
    }

    /// Takes the best value of one coordinate after the other, in a random order, until none is better.
    private func climb(
        from start: Candidate, _ outlook: inout Outlook, _ ground: Ground, _ generator: inout Generator
    ) -> Candidate {
        var here = start
        outlook.move(to: here.design)
        let order = generator.shuffled(Array(0..<ground.genomes.length))
        var (place, left) = (0, order.count)
        while left > 0 {
            let next = step(from: here, at: order[place], &outlook, ground)
            place = (place + 1) % order.count
            left -= 1
            guard let next else { continue }
            here = next
            outlook.move(to: here.design)
            left = order.count - 1
        }
        return here
    }

    /// The best other value of one coordinate where it is better; few are looked at closely.
    private func step(
        from here: Candidate, at place: Int, _ outlook: inout Outlook, _ ground: Ground
    ) -> Candidate? {
        var around: [Candidate] = []
        for genome in ground.genomes.neighbours(of: here.genome, at: place) {
            let design = encoding.design(genome, near: here.genome, here.design)
            if ground.admits(genome, design) { around.append((0, genome, design)) }
        }
        let close = max(2, min(screen, screen * 200 / max(1, outlook.known)))
        if around.count > close {
            for place in around.indices { around[place].promise = outlook.foretaste(around[place].design) }
            around.sort { $0.promise > $1.promise }
        }
        var best: Candidate?
        for candidate in around.prefix(close) {
            let promise = outlook.promise(candidate.design)
            if promise > best?.promise ?? here.promise { best = (promise, candidate.genome, candidate.design) }
        }
        return best
    }
}

extension Genomes {
    /// The legal genomes that differ in one certain value.
    func neighbours(of genome: [Double], at place: Int) -> [[Double]] {
        guard horizon > 1 else { return space.neighbours(of: genome, at: place) }
        let width = space.parameters.count
        let range = place / width * width..<(place / width + 1) * width
        return space.neighbours(of: Array(genome[range]), at: place % width).map { action in
            var changed = genome
            changed.replaceSubrange(range, with: action)
            return changed
        }
    }
}
