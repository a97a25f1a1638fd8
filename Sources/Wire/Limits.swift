/// What the broker takes at most. It says so in its reply to HELLO and enforces it at the door.
package struct Limits: Sendable, Hashable {
    /// Bytes of one message, all frames together.
    package var messageBytes = 16 << 20
    /// Requests of one session in flight.
    package var window = 16
    /// Slots of one session.
    package var slots = 4_096
    /// Actions of one EVALUATE.
    package var actions = 65_536
    /// Sessions at once.
    package var sessions = 1_000
    /// Seconds after which an unused session expires.
    package var idleSeconds = 600
    /// Workers at once.
    package var workers = 1_000
    /// Evaluations that one worker does at once.
    package var capacity = 4_096
    /// Environments that one worker offers.
    package var environments = 1_000
    /// Characters of a name, label or settings text.
    package var textLength = 10_000

    package init() {}
}
