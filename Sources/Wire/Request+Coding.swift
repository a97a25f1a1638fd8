import Gym
import SwiftProtobuf

extension Request {
    /// The request as a message; `header` brings the encoding, session, sequence and deadline.
    package func envelope(_ header: Header) throws -> Envelope {
        var header = header
        header.verbNumber = verb.rawValue
        switch self {
        case .hello(let hello):
            var body = ProtoHelloRequest()
            (body.client, body.versions) = (hello.client, hello.versions.map(Int32.init))
            return try Envelope(header: header, message: body)
        case .list, .ping: return try Envelope(header: header, message: ProtoEmpty())
        case .close(let status):
            var body = ProtoCloseRequest()
            (body.status, body.reason) = (status.word, status.reason ?? "")
            return try Envelope(header: header, message: body)
        case .make(let make): return try Envelope(header: header, message: ProtoMakeRequest(make))
        case .reset(let seeds):
            var body = ProtoResetRequest()
            body.seeds = seeds
            return try Envelope(header: header, message: body)
        case .step(let actions), .evaluate(let actions):
            if case .packed(let numbers) = actions, header.encoding == .binary, !numbers.isEmpty {
                return try Envelope(header: header, message: ProtoStepRequest(), numbers: numbers)
            }
            var body = ProtoStepRequest()
            body.actions = actions.listed.map(ProtoAction.init)
            return try Envelope(header: header, message: body)
        case .history(let from, let limit):
            var body = ProtoHistoryRequest()
            (body.from, body.limit) = (from, Int32(clamping: limit))
            return try Envelope(header: header, message: body)
        }
    }

    /// Reads what a client sent.
    ///
    /// - Throws: `GymError`: `unknown-verb`, `malformed`, `too-large`, or `bad-input` for a word that is none of a
    ///   field's.
    package init(_ envelope: Envelope, limits: Limits) throws {
        guard let verb = envelope.header.verb else {
            throw GymError(
                .unknownVerb, "no verb has the number \(envelope.header.verbNumber)",
                hint: "docs/protocol.md has the verbs and their numbers")
        }
        let room = limits.bodyBytes(of: verb)
        guard envelope.body.count <= room else {
            throw GymError(.tooLarge, "the body of '\(verb)' has \(envelope.body.count) bytes; at most \(room) fit")
        }
        switch verb {
        case .hello:
            let body: ProtoHelloRequest = try envelope.message()
            try limits.check(body.client, "client")
            self = .hello(Hello(client: body.client, versions: body.versions.map(Int.init)))
        case .list: self = .list
        case .make: self = .make(try Make(try envelope.message(), limits: limits))
        case .reset: self = .reset(try envelope.message(ProtoResetRequest.self).seeds)
        case .step: self = .step(try Actions(envelope, limit: limits.slots))
        case .evaluate: self = .evaluate(try Actions(envelope, limit: limits.actions))
        case .history:
            let body: ProtoHistoryRequest = try envelope.message()
            guard body.from >= 0, body.limit >= 0 else {
                throw GymError(.malformed, "HISTORY takes a number and a limit that are not negative")
            }
            self = .history(from: body.from, limit: Int(body.limit))
        case .close:
            let body: ProtoCloseRequest = try envelope.message()
            try limits.check(body.reason, "reason")
            let word = body.status.isEmpty ? "finished" : body.status
            guard let status = TrialStatus(word: word, reason: body.reason), status != .running else {
                throw GymError.unknown(.badInput, "status", word, among: ["finished", "stopped", "failed"])
            }
            self = .close(status)
        case .ping: self = .ping
        }
    }
}

extension Request.Actions {
    fileprivate init(_ envelope: Envelope, limit: Int) throws {
        if envelope.header.flags.contains(.packed) {
            self = .packed(envelope.numbers)
            return
        }
        // Counted before any is made: an empty one takes two bytes of a message, but many times that in memory.
        let count = envelope.elementCount(atMost: limit + 1)
        guard count <= limit else {
            throw GymError(.tooLarge, "more than \(limit) actions are in one message")
        }
        let body: ProtoStepRequest = try envelope.message()
        self = .listed(try body.actions.map { try Form($0) })
    }

    fileprivate var listed: [Form] {
        switch self {
        case .listed(let forms): forms
        case .packed(let numbers): numbers.isEmpty ? [] : [.values(numbers)]
        }
    }
}

extension Request.Actions.Form {
    fileprivate init(_ body: ProtoAction) throws {
        guard body.values.isEmpty || body.named.isEmpty else {
            throw GymError(.malformed, "an action has both values and names")
        }
        self = body.named.isEmpty ? .values(body.values) : .named(try body.named.mapValues { try Value($0) })
    }
}

extension ProtoAction {
    fileprivate init(_ form: Request.Actions.Form) {
        self.init()
        switch form {
        case .values(let numbers): values = numbers
        case .named(let words): named = words.mapValues(ProtoValue.init)
        }
    }
}

extension Request.Make {
    fileprivate init(_ body: ProtoMakeRequest, limits: Limits) throws {
        for (text, name) in [
            (body.environment, "environment"), (body.study, "study"), (body.trial, "trial"), (body.agent, "agent"),
            (body.settings, "settings"), (body.budget, "budget"),
        ] { try limits.check(text, name) }
        guard (0...limits.slots).contains(Int(body.slots)) else {
            throw GymError(.tooLarge, "a session has 1 … \(limits.slots) slots, not \(body.slots)", field: "slots")
        }
        let trial = TrialDescription(
            study: body.study, label: body.trial, agent: body.agent, settings: body.settings, seed: body.seed,
            budget: body.budget, slots: max(1, Int(body.slots)), recordsObservations: body.recordObservations,
            resumption: try word(body.resumption, field: "resumption", default: .append))
        self.init(
            environment: body.environment, options: try body.options.mapValues { try Value($0) },
            objective: body.hasObjective ? try Objective(body.objective) : nil, slots: trial.slots, trial: trial,
            autoreset: try word(body.autoreset, field: "autoreset", default: .sameStep), isCaching: !body.noCache,
            isDescriptionOnly: body.describeOnly)
    }
}

extension ProtoMakeRequest {
    fileprivate init(_ make: Request.Make) {
        self.init()
        (environment, options) = (make.environment, make.options.mapValues(ProtoValue.init))
        if let objective = make.objective { self.objective = ProtoObjective(objective) }
        (slots, autoreset, noCache) = (Int32(make.slots), make.autoreset.rawValue, !make.isCaching)
        (study, trial, agent, settings) = (make.trial.study, make.trial.label, make.trial.agent, make.trial.settings)
        (seed, budget, resumption) = (make.trial.seed, make.trial.budget, make.trial.resumption.rawValue)
        (recordObservations, describeOnly) = (make.trial.recordsObservations, make.isDescriptionOnly)
    }
}

extension Limits {
    /// Bytes of a request's body at most. Short elements by the million would take many times the message's memory, so
    /// only batches of actions, which are counted, have all the room there is.
    fileprivate func bodyBytes(of verb: Verb) -> Int {
        switch verb {
        case .step, .evaluate: messageBytes
        case .make: 1 << 20
        // A seed is a text of up to 20 digits in JSON.
        case .reset: 32 * slots
        case .hello, .list, .history, .close, .ping: 1 << 16
        }
    }

    func check(_ text: String, _ name: String) throws {
        guard text.utf8.count <= textLength else {
            throw GymError(.tooLarge, "'\(name)' has more than \(textLength) characters", field: name)
        }
    }
}

/// The case that a word names, the default for an empty one.
func word<Word: RawRepresentable<String> & CaseIterable>(
    _ text: String, field: String, default value: Word
) throws -> Word {
    if text.isEmpty { return value }
    guard let word = Word(rawValue: text) else {
        throw GymError.unknown(.badInput, field, text, among: Word.allCases.map(\.rawValue))
    }
    return word
}
