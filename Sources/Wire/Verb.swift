/// What a client asks for; a reply repeats its request's verb.
package enum Verb: UInt8, Sendable, CaseIterable {
    case hello = 1, list, make, reset, step, evaluate, history, close, ping
}

/// What a broker and its outside workers tell each other: workers' verbs begin at 16, the broker's at 24.
package enum WorkerVerb: UInt8, Sendable, CaseIterable {
    case ready = 16, result, beat, bye
    case run = 24, drop
}
