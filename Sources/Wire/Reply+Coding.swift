package import Gym
import SwiftProtobuf

extension Reply {
    /// The reply as a message under the header of its request's answer. Where the request came packed, so do the
    /// numbers of steps: for each its metrics (NaN for none), then its observation, as many as the spec says.
    package func envelope(_ header: Header, isPacked: Bool = false) throws -> Envelope {
        switch self {
        case .hello(let hello): return try Envelope(header: header, message: ProtoHelloReply(hello))
        case .list(let listings):
            var body = ProtoListReply()
            body.environments = listings.map(ProtoListing.init)
            return try Envelope(header: header, message: body)
        case .made(let made): return try Envelope(header: header, message: ProtoMakeReply(made))
        case .reset(let observations):
            var body = ProtoResetReply()
            body.observations = observations.map(ProtoObservation.init)
            return try Envelope(header: header, message: body)
        case .steps(let steps):
            var body = ProtoStepReply()
            body.steps = steps.map { ProtoStep($0, isPacked: isPacked) }
            return try Envelope(header: header, message: body, numbers: isPacked ? steps.flatMap(\.packedNumbers) : [])
        case .history(let samples):
            var body = ProtoHistoryReply()
            body.samples = samples.map(ProtoLoggedSample.init)
            return try Envelope(header: header, message: body)
        case .closed, .pong: return try Envelope(header: header, message: ProtoEmpty())
        case .failure(let error):
            var header = header
            header.flags.insert(.error)
            return try Envelope(header: header, message: ProtoError(error))
        }
    }

    /// Reads what the broker answered. `spec` is the session's, for steps and history.
    ///
    /// - Throws: `GymError` (`malformed`).
    package init(_ envelope: Envelope, spec: EnvironmentSpec? = nil) throws {
        if envelope.header.flags.contains(.error) {
            self = .failure(GymError(try envelope.message(ProtoError.self)))
            return
        }
        guard let verb = envelope.header.verb else {
            throw GymError(.malformed, "the reply has a verb of number \(envelope.header.verbNumber)")
        }
        switch verb {
        case .hello: self = .hello(Hello(try envelope.message()))
        case .list:
            self = .list(try envelope.message(ProtoListReply.self).environments.map { try Listing($0) })
        case .make: self = .made(try Made(try envelope.message()))
        case .reset:
            self = .reset(try envelope.message(ProtoResetReply.self).observations.map(Observation.init))
        case .step, .evaluate: self = .steps(try Reply.steps(envelope, spec: spec))
        case .history:
            self = .history(
                try envelope.message(ProtoHistoryReply.self).samples.map {
                    try Sample($0, metricCount: spec?.metrics.count ?? 0)
                })
        case .close: self = .closed
        case .ping: self = .pong
        }
    }

    private static func steps(_ envelope: Envelope, spec: EnvironmentSpec?) throws -> [Step] {
        let metricCount = spec?.metrics.count ?? 0
        var steps = try envelope.message(ProtoStepReply.self).steps.map { try Step($0, metricCount: metricCount) }
        guard envelope.header.flags.contains(.packed) else { return steps }
        let width = metricCount + (spec?.observationNames.count ?? 0)
        guard envelope.numbers.count == width * steps.count else {
            throw GymError(.malformed, "the packed frame has \(envelope.numbers.count) numbers, not \(width) a step")
        }
        for index in steps.indices {
            let row = envelope.numbers[width * index..<width * (index + 1)]
            steps[index].unpack(row, metricCount: metricCount)
        }
        return steps
    }
}

extension Reply.Hello {
    fileprivate init(_ body: ProtoHelloReply) {
        self.init(
            server: body.server, version: Int(body.version), limits: Limits(body.limits), hasKeys: body.keys,
            catalogDigest: body.catalogDigest)
    }
}

extension Limits {
    init(_ body: ProtoLimits) {
        self.init()
        messageBytes = Int(body.messageBytes)
        (window, slots) = (Int(body.window), Int(body.slots))
        (actions, sessions) = (Int(body.actions), Int(body.sessions))
        idleSeconds = Int(body.idleSeconds)
    }
}

extension ProtoLimits {
    init(_ limits: Limits) {
        self.init()
        messageBytes = Int64(limits.messageBytes)
        (window, slots) = (Int32(limits.window), Int32(limits.slots))
        (actions, sessions) = (Int32(limits.actions), Int32(limits.sessions))
        idleSeconds = Int64(limits.idleSeconds)
    }
}

extension ProtoHelloReply {
    fileprivate init(_ hello: Reply.Hello) {
        self.init()
        (server, version, keys) = (hello.server, Int32(hello.version), hello.hasKeys)
        (catalogDigest, limits) = (hello.catalogDigest, ProtoLimits(hello.limits))
    }
}

extension Reply.Made {
    fileprivate init(_ body: ProtoMakeReply) throws {
        self.init(
            session: body.session, spec: try EnvironmentSpec(body.spec),
            autoreset: try word(body.autoreset, field: "autoreset", default: .sameStep), logged: body.logged,
            study: body.study, trial: body.trial)
    }
}

extension ProtoMakeReply {
    fileprivate init(_ made: Reply.Made) {
        self.init()
        (session, spec, autoreset) = (made.session, ProtoSpec(made.spec), made.autoreset.rawValue)
        (logged, study, trial) = (made.logged, made.study, made.trial)
    }
}

extension Reply.Listing {
    fileprivate init(_ body: ProtoListing) throws {
        self.init(
            datasheet: Datasheet(body.datasheet), spec: body.hasSpec ? try EnvironmentSpec(body.spec) : nil,
            servedBy: body.servedBy)
    }

    /// Reads what a worker offers: here nothing is taken on trust.
    init(offered body: ProtoListing) throws {
        try self.init(body)
        guard let spec else { return }
        _ = try spec.checked()
        guard spec.id == datasheet.id else {
            throw GymError(.badInput, "the datasheet of '\(datasheet.id)' comes with the spec of '\(spec.id)'")
        }
    }
}

extension ProtoListing {
    init(_ listing: Reply.Listing) {
        self.init()
        (datasheet, servedBy) = (ProtoDatasheet(listing.datasheet), listing.servedBy)
        if let spec = listing.spec { self.spec = ProtoSpec(spec) }
    }
}

extension ProtoError {
    init(_ error: GymError) {
        self.init()
        (code, message) = (error.code.rawValue, error.message)
        (hint, field) = (error.hint ?? "", error.field ?? "")
    }
}

extension GymError {
    init(_ body: ProtoError) {
        self.init(
            Code(rawValue: body.code) ?? .internal, body.message, hint: body.hint.isEmpty ? nil : body.hint,
            field: body.field.isEmpty ? nil : body.field)
    }
}
