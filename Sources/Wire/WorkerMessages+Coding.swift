import Gym
import SwiftProtobuf

extension WorkerReport {
    /// The report as a message; `header` brings encoding, instance and ticket.
    package func envelope(_ header: Header) throws -> Envelope {
        var header = header
        switch self {
        case .ready(let ready):
            header.verbNumber = WorkerVerb.ready.rawValue
            var body = ProtoReadyRequest()
            (body.worker, body.versions) = (ready.worker, ready.versions.map(Int32.init))
            (body.capacity, body.environments) = (Int32(ready.capacity), ready.environments.map(ProtoListing.init))
            return try Envelope(header: header, message: body)
        case .result(.success(let outcome)):
            header.verbNumber = WorkerVerb.result.rawValue
            var body = ProtoRunResult()
            if let spec = outcome.spec { body.spec = ProtoSpec(spec) }
            if let observation = outcome.observation { body.observation = ProtoObservation(observation) }
            if let evaluation = outcome.evaluation { body.step = ProtoStep(evaluation) }
            return try Envelope(header: header, message: body)
        case .result(.failure(let error)):
            header.verbNumber = WorkerVerb.result.rawValue
            header.flags.insert(.error)
            return try Envelope(header: header, message: ProtoError(error))
        case .beat, .bye:
            if case .beat = self {
                header.verbNumber = WorkerVerb.beat.rawValue
            } else {
                header.verbNumber = WorkerVerb.bye.rawValue
            }
            return try Envelope(header: header, message: ProtoEmpty())
        }
    }

    /// Reads what a worker sent.
    ///
    /// - Throws: `GymError`: `unknown-verb`, `malformed`, `too-large`, or `bad-input` for a description that can't be.
    package init(_ envelope: Envelope, limits: Limits) throws {
        switch envelope.header.workerVerb {
        case .ready: self = .ready(try Ready(try envelope.message(), limits: limits))
        case .result where envelope.header.flags.contains(.error):
            self = .result(.failure(GymError(try envelope.message(ProtoError.self))))
        case .result:
            let body: ProtoRunResult = try envelope.message()
            self = .result(
                .success(
                    Outcome(
                        spec: body.hasSpec ? try EnvironmentSpec(body.spec).checked() : nil,
                        observation: body.hasObservation ? Observation(body.observation) : nil,
                        evaluation: body.hasStep ? try Evaluation(body.step) : nil)))
        case .beat: self = .beat
        case .bye: self = .bye
        case .run, .drop, nil:
            throw GymError(
                .unknownVerb, "no verb of a worker has the number \(envelope.header.verbNumber)",
                hint: "docs/protocol.md has the verbs and their numbers")
        }
    }
}

extension WorkerReport.Ready {
    fileprivate init(_ body: ProtoReadyRequest, limits: Limits) throws {
        try limits.check(body.worker, "worker")
        guard (0...limits.capacity).contains(Int(body.capacity)) else {
            throw GymError(
                .badInput, "a capacity of \(body.capacity) is outside 1 … \(limits.capacity)", field: "capacity")
        }
        guard (1...limits.environments).contains(body.environments.count) else {
            throw GymError(
                .badInput, "a worker offers 1 … \(limits.environments) environments, not \(body.environments.count)")
        }
        let environments = try body.environments.map { try Reply.Listing(offered: $0) }
        self.init(
            worker: body.worker.isEmpty ? "worker" : body.worker, versions: body.versions.map(Int.init),
            capacity: max(1, Int(body.capacity)), environments: environments)
    }
}

extension WorkerOrder {
    /// The order as a message; `header` brings encoding, instance, ticket and deadline.
    package func envelope(_ header: Header) throws -> Envelope {
        var header = header
        switch self {
        case .accepted(let accepted):
            (header.verbNumber, header.flags) = (WorkerVerb.ready.rawValue, .reply)
            var body = ProtoReadyReply()
            (body.version, body.beatMilliseconds) = (Int32(accepted.version), Int32(accepted.beatMilliseconds))
            body.limits = ProtoLimits(accepted.limits)
            return try Envelope(header: header, message: body)
        case .refused(let error):
            (header.verbNumber, header.flags) = (WorkerVerb.ready.rawValue, [.reply, .error])
            return try Envelope(header: header, message: ProtoError(error))
        case .run(let run):
            header.verbNumber = WorkerVerb.run.rawValue
            return try Envelope(header: header, message: ProtoRunRequest(run))
        case .drop(let reason):
            header.verbNumber = WorkerVerb.drop.rawValue
            var body = ProtoDropRequest()
            body.reason = reason
            return try Envelope(header: header, message: body)
        case .beat:
            header.verbNumber = WorkerVerb.beat.rawValue
            return try Envelope(header: header, message: ProtoEmpty())
        }
    }

    /// Reads what the broker sent.
    ///
    /// - Throws: `GymError`: `unknown-verb` or `malformed`.
    package init(_ envelope: Envelope) throws {
        switch envelope.header.workerVerb {
        case .ready where envelope.header.flags.contains(.error):
            self = .refused(GymError(try envelope.message(ProtoError.self)))
        case .ready:
            let body: ProtoReadyReply = try envelope.message()
            self = .accepted(
                Accepted(
                    version: Int(body.version), limits: Limits(body.limits),
                    beatMilliseconds: Int(body.beatMilliseconds)))
        case .run: self = .run(try Run(try envelope.message()))
        case .drop: self = .drop(reason: try envelope.message(ProtoDropRequest.self).reason)
        case .beat: self = .beat
        case .result, .bye, nil:
            throw GymError(.unknownVerb, "no verb of a broker has the number \(envelope.header.verbNumber)")
        }
    }
}

extension WorkerOrder.Run {
    fileprivate init(_ body: ProtoRunRequest) throws {
        let deed: Deed =
            switch body.what {
            case .seed(let seed): .begin(seed: seed)
            case .action(let action): .step(action.values)
            case nil: .nothing
            }
        let making = try body.hasMaking ? WorkerOrder.Making(body.making) : nil
        self.init(making: making, deed: deed)
    }
}

extension WorkerOrder.Making {
    fileprivate init(_ body: ProtoMaking) throws {
        self.init(
            environment: body.environment, options: try body.options.mapValues { try Value($0) }, files: body.files)
    }
}

extension ProtoRunRequest {
    fileprivate init(_ run: WorkerOrder.Run) {
        self.init()
        if let making = run.making {
            self.making.environment = making.environment
            self.making.options = making.options.mapValues(ProtoValue.init)
            self.making.files = making.files
        }
        switch run.deed {
        case .nothing: break
        case .begin(let seed): self.seed = seed
        case .step(let values): action.values = values
        }
    }
}
