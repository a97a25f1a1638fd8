/// What a message asks for; a reply repeats its request's verb. Workers' verbs begin at 16, the broker's at 24.
package enum Verb: UInt8, Sendable, CaseIterable {
    case hello = 1, list, make, reset, step, evaluate, history, close, ping
}
