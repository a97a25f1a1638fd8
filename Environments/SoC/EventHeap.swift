/// What will happen next, in the order of DS3's clock: by time, then before or after the tick, then by creation.
struct EventHeap: Sendable {
    struct Event: Sendable {
        let time: Double
        /// The order of creation, with the highest bit for what happens after the tick.
        let order: UInt64
        let element: Int

        static let afterBit: UInt64 = 1 << 63

        var isAfter: Bool { order & Event.afterBit != 0 }

        func precedes(_ other: Event) -> Bool {
            time != other.time ? time < other.time : order < other.order
        }
    }

    private var events: [Event] = []

    var first: Event? { events.first }

    mutating func insert(_ event: Event) {
        events.append(event)
        var place = events.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            guard event.precedes(events[parent]) else { break }
            events[place] = events[parent]
            place = parent
        }
        events[place] = event
    }

    /// The heap must not be empty.
    mutating func removeFirst() -> Event {
        let first = events[0]
        let last = events.removeLast()
        guard !events.isEmpty else { return first }
        var place = 0
        while true {
            var child = 2 * place + 1
            guard child < events.count else { break }
            if child + 1 < events.count, events[child + 1].precedes(events[child]) { child += 1 }
            guard events[child].precedes(last) else { break }
            events[place] = events[child]
            place = child
        }
        events[place] = last
        return first
    }
}
