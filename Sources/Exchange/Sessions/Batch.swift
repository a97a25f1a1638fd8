import Gym
import Wire

/// The actions of one STEP or EVALUATE, and where the evaluation of each comes from.
struct Batch {
    /// Where an evaluation comes from.
    enum Source {
        /// A worker does it: the task of this place.
        case task(Int)
        /// The log, at this number, while the trial is replayed.
        case logged(Sample)
        /// The trial's own history.
        case seen(Sample)
        /// An earlier action of this batch.
        case same(Int)
    }

    let actions: [Action]
    var sources: [Source] = []
    /// The logged samples of the first numbers, which this batch has to reproduce.
    let replayed: [Sample]
    /// What workers have to do.
    var tasks: [Evaluations.Task] = []
    /// Whether each action belongs to the slot of its place.
    let isStep: Bool
}

extension HostedSession {
    /// Checks the actions and decides what has to be evaluated.
    ///
    /// - Throws: `GymError`: `illegal-action`, `step-before-reset`, `too-large`, `replay-mismatch`, or the log's fault.
    func plan(_ actions: Request.Actions, isStep: Bool) throws -> Batch {
        let actions = try resolve(actions)
        if isStep { try checkSlots(actions) } else { try checkDesigns() }
        let missing = max(0, min(Int64(actions.count), trial.logged - nextNumber))
        let replayed = missing > 0 ? try sink.samples(of: trial.number, from: nextNumber, limit: Int(missing)) : []
        for (sample, action) in zip(replayed, actions) where sample.action != action {
            throw mismatch(sample.number, "'\(make.trial.agent)' proposed another action than the log holds")
        }
        var batch = Batch(actions: actions, replayed: replayed, isStep: isStep)
        var first: [UInt64: Int] = [:]
        for (index, action) in actions.enumerated() {
            batch.sources.append(try source(of: action, at: index, in: &batch, first: &first))
        }
        return batch
    }

    /// The designs of a request that nothing is known of, each once.
    ///
    /// - Throws: `GymError` for actions that are not legal.
    func newDesigns(of actions: Request.Actions) throws -> [Action] {
        var met: Set<Action> = []
        return try resolve(actions).filter { action in
            met.insert(action).inserted && !(isCaching && seen.number(of: SeenDesigns.hash(action)) != nil)
        }
    }

    private func source(
        of action: Action, at index: Int, in batch: inout Batch, first: inout [UInt64: Int]
    ) throws -> Batch.Source {
        let logged = index < batch.replayed.count ? batch.replayed[index] : nil
        if spec.isOneshot, let logged { return .logged(logged) }
        if isCaching {
            let hash = SeenDesigns.hash(action)
            if let number = seen.number(of: hash),
                let sample = try sink.samples(of: trial.number, from: number, limit: 1).first, sample.action == action
            {
                return .seen(sample)
            }
            if let earlier = first.updateValue(first[hash] ?? index, forKey: hash), batch.actions[earlier] == action {
                return .same(earlier)
            }
        }
        if let logged, case .failed = logged.evaluation.status {
            // What a clock or a lost worker decided is not decided again: only the next episode begins.
            batch.tasks.append(task(nil, at: index))
            return .logged(logged)
        }
        batch.tasks.append(task(action, at: index))
        return .task(batch.tasks.count - 1)
    }

    private func task(_ action: Action?, at index: Int) -> Evaluations.Task {
        guard !spec.isOneshot else { return Evaluations.Task(action: action, isLastStep: true, nextSeed: nil) }
        let slot = slots[index]
        return Evaluations.Task(
            action: action, isLastStep: slot.step + 1 >= spec.horizon,
            nextSeed: make.autoreset == .sameStep ? slot.episodeSeed(slot.episode + 1) : nil)
    }

    /// Actions as they were written, in canonical form.
    private func resolve(_ actions: Request.Actions) throws -> [Action] {
        let space = spec.actionSpace
        switch actions {
        case .listed(let forms):
            return try forms.map { form in
                switch form {
                case .values(let values): try space.checked(values)
                case .named(let values): try space.action(named: values)
                }
            }
        case .packed(let numbers):
            let width = max(1, space.parameters.count)
            guard numbers.count.isMultiple(of: width) else {
                throw GymError(
                    .illegalAction, "\(numbers.count) packed numbers are no actions of \(width) parameters each")
            }
            return try stride(from: 0, to: numbers.count, by: width).map {
                try space.checked(Array(numbers[$0..<$0 + width]))
            }
        }
    }

    private func checkSlots(_ actions: [Action]) throws {
        guard (1...slots.count).contains(actions.count) else {
            throw GymError(.illegalAction, "\(actions.count) actions came for \(slots.count) slots")
        }
        for (index, action) in actions.enumerated() {
            guard let observation = slots[index].observation else {
                throw slots[index].flaw
                    ?? GymError(.stepBeforeReset, "slot \(index) has no episode", hint: "RESET first")
            }
            try spec.actionSpace.check(action, against: observation.legal)
        }
    }

    private func checkDesigns() throws {
        guard spec.isOneshot else {
            throw GymError(
                .badInput, "'\(spec.id)' has episodes, so a design by itself can't be evaluated", hint: "RESET and STEP"
            )
        }
    }

    func mismatch(_ number: Int64, _ what: String) -> GymError {
        GymError(
            .replayMismatch, "resume refused: at sample \(number) of '\(label)' \(what)",
            hint: "the agent, the environment or the program changed since; --as NAME starts the study afresh")
    }
}

extension HostedSession.Slot {
    /// The seed of an episode that follows the one that RESET began with the slot's seed.
    func episodeSeed(_ episode: Int64) -> UInt64 { Generator.derive(seed, ["episode", "\(episode)"]) }
}

extension Space {
    /// Checks an action against the masks of an observation, one per categorical parameter.
    fileprivate func check(_ action: Action, against legal: [[Bool]]?) throws {
        guard let legal, !allows(action, legal: legal) else { return }
        let flags = active(action)
        let categorical = parameters.indices.filter { parameters[$0].isCategorical }
        for (mask, index) in zip(legal, categorical) where flags[index] && !mask[Int(action[index])] {
            let parameter = parameters[index]
            throw GymError(
                .illegalAction, "'\(parameter.name)' can't be \(parameter.named(action[index]).text) now",
                hint: "the observation's mask says what is legal", field: parameter.name)
        }
    }
}
