import Gym
import Synchronization
import Wire

/// RESET, STEP, EVALUATE, HISTORY and CLOSE: what a session is asked, one request at a time.
extension Dispatcher {
    /// Begins to answer the session's current request.
    func begin(_ pending: Pending, in session: HostedSession) {
        do {
            let request = try pending.request.get()
            if case .close(let status) = request { return close(session, status) }
            if let fault = session.fault { throw fault }
            // Its designs are being evaluated already; it is begun again when they are done.
            if session.ahead.isRunning(pending.origin.header.sequence) { return }
            switch request {
            case .reset(let seeds): try reset(session, seeds, pending.origin)
            case .step(let actions): evaluate(try session.plan(actions, isStep: true), in: session, pending.origin)
            case .evaluate(let actions):
                evaluate(try session.plan(actions, isStep: false), in: session, pending.origin)
            case .history(let from, let limit):
                let samples = try sink.samples(of: session.trial.number, from: from, limit: min(limit, 10_000))
                complete(session, with: .history(samples))
            case .hello, .list, .make, .ping, .close: break
            }
        } catch { fail(session, error) }
    }

    private func close(_ session: HostedSession, _ status: TrialStatus) {
        session.fault = nil
        end(session, why: "closed", as: status)
        complete(session, with: session.fault.map(Reply.failure) ?? .closed)
    }

    private func fail(_ session: HostedSession, _ error: any Error) {
        let error = GymError(wrapping: error)
        if error.code == .logUnusable || error.code == .replayMismatch { session.fault = error }
        complete(session, with: .failure(error))
    }

    private func allowance(_ origin: Origin) -> Double {
        let asked = Double(origin.header.deadlineMilliseconds) / 1_000
        return asked > 0 ? asked : configuration.deadlineSeconds
    }

    // MARK: RESET

    private func reset(_ session: HostedSession, _ seeds: [UInt64], _ origin: Origin) throws {
        guard seeds.count == session.slots.count else {
            throw GymError(.badInput, "\(seeds.count) seeds came for \(session.slots.count) slots", field: "seeds")
        }
        let instances = session.slots.map(\.instance)
        let begun = Shared(Mutex([Result<Observation, GymError>?](repeating: nil, count: seeds.count)))
        let job = Job(session: session.id, units: seeds.count, allowance: allowance(origin)) { job, unit in
            let result = instances[unit].begin(seed: seeds[unit], deadline: job.clock(of: unit).deadline)
            begun.value.withLock { $0[unit] = result }
        }
        let giveUp = { (slot: Int) in session.slots[slot].instance = session.slots[slot].instance.replacement() }
        submit(job, isRemote: session.isRemote, giveUp: giveUp) { [self] _ in
            do {
                let results = begun.value.withLock { $0 }
                let observations = try results.map { result in
                    guard let result else { throw GymError(.internal, "the environment's reset overran its deadline") }
                    return try result.get()
                }
                for (index, observation) in observations.enumerated() {
                    session.slots[index].begin(observation, seed: seeds[index])
                }
                complete(session, with: .reset(observations))
            } catch { fail(session, error) }
        }
    }

    // MARK: STEP and EVALUATE

    private func evaluate(_ batch: Batch, in session: HostedSession, _ origin: Origin) {
        guard !batch.tasks.isEmpty else { return settle(batch, [], in: session) }
        if let outcomes = session.evaluateAtOnce(batch, allowance: allowance(origin)) {
            return settle(batch, outcomes, in: session)
        }
        guard !session.spec.isOneshot else {
            return evaluate(designs: batch.tasks.compactMap(\.action), in: session, origin) { [self] outcomes in
                settle(batch, outcomes, in: session)
            }
        }
        // Every action of an environment with episodes is a task.
        let evaluations = Evaluations(steps: batch.tasks, on: zip(session.slots, batch.tasks).map(\.0.instance))
        run(evaluations, in: session, origin) { [self] outcomes in restart(batch, outcomes, in: session, origin) }
    }

    /// Has evaluations done; where every lane was given up before all designs were taken, goes on with the rest.
    func run(
        _ evaluations: Evaluations, in session: HostedSession, _ origin: Origin,
        completion: @escaping ([Evaluations.Outcome]) -> Void
    ) {
        let job = Job(session: session.id, units: evaluations.laneCount, allowance: allowance(origin)) {
            evaluations.work($0, lane: $1)
        }
        let giveUp = { (lane: Int) in
            evaluations.giveUp(lane: lane, after: job.allowance, metricCount: session.spec.metrics.count)
            guard !session.spec.isOneshot else { return }
            session.slots[lane].instance = session.slots[lane].instance.replacement()
        }
        submit(job, isRemote: session.isRemote, giveUp: giveUp) { [self] _ in
            let outcomes = evaluations.outcomes
            guard evaluations.hasDesignsLeft else { return completion(outcomes) }
            let rest = evaluations.takingRest(on: lanes(of: session, for: evaluations.tasks.count))
            run(rest, in: session, origin) { completion(outcomes + $0) }
        }
    }

    /// Where a step was given up, its slot has a new instance, whose episode has to begin before the reply can go out.
    private func restart(
        _ batch: Batch, _ outcomes: [Evaluations.Outcome], in session: HostedSession, _ origin: Origin
    ) {
        let lost = outcomes.indices.filter { index in
            batch.tasks[index].nextSeed != nil && outcomes[index].fresh == nil
                && outcomes[index].evaluation?.terminated == true
        }
        guard !lost.isEmpty else { return settle(batch, outcomes, in: session) }
        let tasks = lost.map {
            Evaluations.Task(action: nil, isLastStep: true, nextSeed: batch.tasks[$0].nextSeed)
        }
        let again = Evaluations(steps: tasks, on: lost.map { session.slots[$0].instance })
        let job = Job(session: session.id, units: lost.count, allowance: allowance(origin)) {
            again.work($0, lane: $1)
        }
        submit(job, isRemote: session.isRemote) { [self] _ in
            var outcomes = outcomes
            let overdue = GymError(.internal, "the environment's reset overran its deadline")
            for (place, index) in lost.enumerated() {
                let fresh = place < again.outcomes.count ? again.outcomes[place].fresh : nil
                outcomes[index].fresh = fresh ?? .failure(overdue)
            }
            settle(batch, outcomes, in: session)
        }
    }

    private func settle(_ batch: Batch, _ outcomes: [Evaluations.Outcome], in session: HostedSession) {
        // A session that ended meanwhile has nobody to answer, and nothing unacknowledged is logged for it.
        guard sessions[session.id] === session else { return }
        do { complete(session, with: .steps(try session.settle(batch, outcomes))) } catch { fail(session, error) }
    }
}

extension HostedSession.Slot {
    /// Begins an episode that RESET asked for.
    mutating func begin(_ observation: Observation, seed: UInt64) {
        (self.observation, self.seed, flaw, step) = (observation, seed, nil, 0)
        episode += 1
    }
}
