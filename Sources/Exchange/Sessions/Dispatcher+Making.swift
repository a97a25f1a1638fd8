import Foundation
import Gym
import Synchronization
import Wire

/// HELLO, LIST and MAKE: what comes before there is a session.
extension Dispatcher {
    /// The reply to HELLO.
    func greeting(_ hello: Request.Hello) -> Reply {
        guard hello.versions.isEmpty || hello.versions.contains(Dispatcher.protocolVersion) else {
            return .failure(
                GymError(
                    .unsupportedVersion,
                    "this side speaks version \(Dispatcher.protocolVersion), the client "
                        + hello.versions.map(String.init).joined(separator: ", "),
                    hint: "upgrade the older of the two"))
        }
        var digest = ContentHash()
        for sheet in offers.map(\.entry.datasheet) {
            digest.add("\(sheet.id)\n\(sheet.description)\n\(sheet.history)".utf8)
        }
        return .hello(
            Reply.Hello(
                server: configuration.name, version: Dispatcher.protocolVersion, limits: limits,
                hasKeys: configuration.keys != nil, catalogDigest: digest.text))
    }

    /// Everything on offer. What an outside worker serves goes before the built-in environment of the same id, so that
    /// whoever adds workers to a broker has them used.
    private var offers: [(entry: EnvironmentEntry, listing: Reply.Listing?)] {
        let remote = (roster?.offered ?? []).map { offer in (roster?.entry(offer), offer.listing) }
        let taken = Set(remote.map(\.1.datasheet.id))
        let builtIn = configuration.environments.filter { !taken.contains($0.datasheet.id) }
        return builtIn.map { ($0, nil) } + remote.compactMap { entry, listing in entry.map { ($0, listing) } }
    }

    /// Answers LIST when a worker has made every environment once, which may take a while.
    func list(_ origin: Origin) {
        let offers = offers
        let listings = Mutex<[Reply.Listing]>([])
        let shared = Shared(listings)
        let job = Job(session: 0, units: 1, allowance: configuration.deadlineSeconds) { _, _ in
            let found = offers.map { offer in
                offer.listing
                    ?? Reply.Listing(
                        datasheet: offer.entry.datasheet, spec: try? offer.entry.make().spec, servedBy: "built-in")
            }
            shared.value.withLock { $0 = found }
        }
        submit(job, isRemote: false) { [self] _ in answer(origin, .list(shared.value.withLock { $0 })) }
    }

    /// Answers MAKE when a worker has made the instances.
    func make(_ make: Request.Make, _ origin: Origin) {
        // A client that is unsure repeats itself with the same number, and must not get a second session.
        switch makes.admit(origin) {
        case .first: break
        case .underWay: return
        case .answered(let reply): return answer(origin, reply)
        }
        do {
            guard sessions.count < limits.sessions else {
                throw GymError(.busy, "\(limits.sessions) sessions are open already", hint: "CLOSE one")
            }
            let known = offers
            guard let offer = known.first(where: { $0.entry.datasheet.id == make.environment }) else {
                throw GymError.unknown(
                    .unknownEnvironment, "environment", make.environment, among: known.map(\.entry.datasheet.id))
            }
            let (entry, isRemote) = (offer.entry, offer.listing != nil)
            let options = try Options(
                make.options, declared: entry.datasheet.options, workloads: workloads.value.withLock { $0 })
            let made = Shared(Mutex<Result<[Instance], GymError>?>(nil))
            let job = Job(session: 0, units: 1, allowance: configuration.deadlineSeconds) { _, _ in
                let result = Instance.make(entry, options, count: make.slots)
                made.value.withLock { $0 = result }
            }
            submit(job, isRemote: isRemote) { [self] _ in
                do {
                    let result = made.value.withLock { $0 }
                    guard let instances = try result?.get() else {
                        throw GymError(.internal, "'\(make.environment)' could not be made in time")
                    }
                    answerMake(origin, .made(try open(make, options, instances, isRemote: isRemote)))
                } catch { answerMake(origin, .failure(GymError(wrapping: error))) }
            }
        } catch { answerMake(origin, .failure(GymError(wrapping: error))) }
    }

    private func answerMake(_ origin: Origin, _ reply: Reply) {
        makes.keep(reply, to: origin)
        answer(origin, reply)
    }

    private func open(
        _ make: Request.Make, _ options: Options, _ instances: [Instance], isRemote: Bool
    ) throws -> Reply.Made {
        guard let spec = instances.first?.spec else { throw GymError(.internal, "a session has no slots") }
        let scorer = try Scorer(make.objective ?? .first(of: spec), spec: spec)
        guard !make.isDescriptionOnly else {
            return Reply.Made(session: 0, spec: spec, autoreset: make.autoreset, logged: 0, study: "", trial: "")
        }
        let id = nextSessionNumber()
        var make = make
        make.trial.options = options.identity
        make.trial.objective = scorer.objective.text
        if make.trial.study.isEmpty { make.trial.study = "outside" }
        if make.trial.label.isEmpty {
            make.trial.label = "\(Int(Date().timeIntervalSince1970 * 1_000))-\(id)"
        }
        let opened = try sink.open(make.trial, spec: spec)
        for other in sessions.values
        where other.trial.number == opened.trial && other.make.trial.study == make.trial.study {
            end(other, why: "was taken over", as: nil)
        }
        let session = HostedSession(
            id: id, scorer: scorer, spec: spec, instances: instances, make: make,
            trial: (opened.trial, opened.count, opened.seconds), sink: sink, isRemote: isRemote)
        try session.recall()
        sessions[id] = session
        configuration.onEvent("session \(id) of \(session.label) began: \(spec.id), \(instances.count) slots")
        return Reply.Made(
            session: id, spec: spec, autoreset: make.autoreset, logged: opened.count, study: make.trial.study,
            trial: make.trial.label)
    }
}

/// The latest MAKE requests by peer and sequence number, which belong to no session that could keep their replies.
struct RecentMakes {
    enum Admission { case first, underWay, answered(Reply) }

    private static let limit = 1_000
    private struct Key: Hashable { let peer: [UInt8], sequence: UInt64 }
    private var replies: [Key: Reply?] = [:]
    private var order: [Key] = []

    /// Takes a request in; one without a sequence number is always the first of its kind.
    mutating func admit(_ origin: Origin) -> Admission {
        guard origin.header.sequence > 0 else { return .first }
        let key = Key(peer: origin.peer, sequence: origin.header.sequence)
        if let known = replies[key] { return known.map(Admission.answered) ?? .underWay }
        replies.updateValue(nil, forKey: key)
        order.append(key)
        if order.count > RecentMakes.limit { replies[order.removeFirst()] = nil }
        return .first
    }

    /// Keeps a reply for whoever asks again.
    mutating func keep(_ reply: Reply, to origin: Origin) {
        let key = Key(peer: origin.peer, sequence: origin.header.sequence)
        if replies[key] != nil { replies.updateValue(reply, forKey: key) }
    }
}

extension Instance {
    /// The instances of a session's slots. A cost model has no state, so its slots share one.
    static func make(
        _ entry: EnvironmentEntry, _ options: Options, count: Int
    ) -> Result<[Instance], GymError> {
        do {
            let first = try entry.make(options)
            let spec = first.spec
            return .success(
                try (0..<count).map { index in
                    if first is Oneshot { return Instance(first, spec: spec) { first } }
                    return Instance(index == 0 ? first : try entry.make(options), spec: spec) {
                        try entry.make(options)
                    }
                })
        } catch { return .failure(GymError(wrapping: error)) }
    }
}

extension HostedSession {
    /// Where a trial goes on after its last logged sample: notes what it has evaluated and which episodes it had.
    func recall() throws {
        guard make.trial.resumption == .append, trial.logged > 0 else { return }
        var from =
            isCaching ? max(0, trial.logged - Int64(SeenDesigns.limit)) : max(0, trial.logged - Int64(slots.count))
        while from < trial.logged {
            let page = try sink.samples(of: trial.number, from: from, limit: 4_096)
            guard let last = page.last else { return }
            if isCaching { remember(page) }
            for sample in page where slots.indices.contains(sample.slot) { slots[sample.slot].episode = sample.episode }
            from = last.number + 1
        }
    }
}
