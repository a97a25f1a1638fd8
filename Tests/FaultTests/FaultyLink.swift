import CZeroMQ
import Foundation
import Gym
import Synchronization

/// Stands between one client and a broker, and loses, doubles, delays and thereby reorders what passes, both ways.
final class FaultyLink: Sendable {
    /// Where the client connects.
    let endpoint: String
    private let isStopping = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    /// A message under way.
    private struct Parcel {
        let frames: [[UInt8]]
        let isReply: Bool
        let due: ContinuousClock.Instant
    }

    /// Begins to pass messages on. Drops up to 30 %, doubles up to 50 %, and delays by 20 ms in the mean.
    init(to broker: String, _ generator: Generator) throws {
        let (front, back) = (try RawSocket(ZMQ_ROUTER), try RawSocket(ZMQ_DEALER))
        endpoint = try front.bind()
        try back.connect(broker)
        Thread.detachNewThread { [self] in
            pass(front, back, generator)
            ended.signal()
        }
    }

    /// Passes nothing on any more.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        ended.wait()
    }

    private func pass(_ front: RawSocket, _ back: RawSocket, _ generator: Generator) {
        var dice = generator
        let (loss, doubling) = (dice.draw(0..<0.3), dice.draw(0..<0.5))
        var client: [UInt8] = []
        var parcels: [Parcel] = []
        while !isStopping.load(ordering: .relaxed) {
            var arrived: [(frames: [[UInt8]], isReply: Bool)] = []
            while let frames = front.receive(milliseconds: 0), let sender = frames.first {
                client = sender
                arrived.append((Array(frames.dropFirst()), false))
            }
            while let frames = back.receive(milliseconds: arrived.isEmpty ? 1 : 0) { arrived.append((frames, true)) }
            for message in arrived where !dice.chance(loss) {
                for _ in 0..<(dice.chance(doubling) ? 2 : 1) {
                    let delay = -0.02 * log(1 - dice.unit())
                    parcels.append(
                        Parcel(
                            frames: message.frames, isReply: message.isReply, due: .now + .seconds(delay)))
                }
            }
            let now = ContinuousClock.now
            for parcel in parcels.filter({ $0.due <= now }).sorted(by: { $0.due < $1.due }) {
                if parcel.isReply { front.send([client] + parcel.frames) } else { back.send(parcel.frames) }
            }
            parcels.removeAll { $0.due <= now }
        }
    }
}
