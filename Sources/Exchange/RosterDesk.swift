import Gym
import Wire

/// Who the outside workers are and what each is at; lives on the roster's thread.
final class RosterDesk {
    /// One worker.
    private struct Member {
        let name: String
        let encoding: Header.Encoding
        let capacity: Int
        let offers: [Reply.Listing]
        let joined: Int
        /// By ticket; nil where nobody waits any more, but the worker may still be at it.
        var running: [UInt64: Errand?] = [:]
        /// What it was told to make and not to drop.
        var instances: Set<UInt64> = []
        /// Errands that only this worker can do.
        var pinned = Line()
        var heard = Monotonic.seconds

        var isFree: Bool { running.count < capacity }
    }

    /// How often both sides beat, and how many beats may be missed.
    private static let beatSeconds = 1.0
    private static let missesAllowed = 3.0

    private let builtIn: [EnvironmentEntry]
    private let onEvent: (String) -> Void
    private let send: ([UInt8], Envelope) -> Socket.Delivery
    private let limits = Limits()

    private var members: [[UInt8]: Member] = [:]
    /// Errands that wait for any worker, by environment.
    private var lines: [String: Line] = [:]
    /// Who has an instance, so that it can be told to drop it.
    private var holders: [UInt64: Set<[UInt8]>] = [:]
    private var tickets: [ObjectIdentifier: (ticket: UInt64, peer: [UInt8])] = [:]
    private var lastTicket: UInt64 = 0
    private var joinCount = 0
    private var lastBeat = Monotonic.seconds
    private var hasChanged = false
    private var peers = Peers()

    init(
        builtIn: [EnvironmentEntry], onEvent: @escaping (String) -> Void,
        send: @escaping ([UInt8], Envelope) -> Socket.Delivery
    ) {
        (self.builtIn, self.onEvent, self.send) = (builtIn, onEvent, send)
    }

    // MARK: Messages

    /// Takes one message in: the peer's routing id, then the frames of the protocol.
    func receive(_ frames: [[UInt8]]) {
        guard let peer = frames.first, !peers.isCutOff(peer) else { return }
        members[peer]?.heard = Monotonic.seconds
        do {
            let envelope = try Envelope(frames: Array(frames.dropFirst()))
            guard envelope.byteCount <= limits.messageBytes else {
                throw GymError(.tooLarge, "the message has \(envelope.byteCount) bytes; \(limits.messageBytes) fit")
            }
            handle(envelope, from: peer)
        } catch { noteMalformed(peer) }
    }

    private func handle(_ envelope: Envelope, from peer: [UInt8]) {
        let header = envelope.header
        do {
            switch try WorkerReport(envelope, limits: limits) {
            case .ready(let ready): join(ready, peer, header)
            case .result(let result): finish(header, with: result, from: peer)
            case .beat: if members[peer] == nil { dismiss(peer, header.encoding) }
            case .bye: leave(peer, why: "left")
            }
        } catch {
            let error = GymError(wrapping: error)
            if error.code == .malformed || error.code == .unknownVerb { noteMalformed(peer) }
            switch header.workerVerb {
            case .result: finish(header, with: .failure(GymError(.internal, error.message)), from: peer)
            default: tell(peer, .refused(error), header)
            }
        }
    }

    private func noteMalformed(_ peer: [UInt8]) {
        guard peers.noteMalformed(peer) else { return }
        leave(peer, why: "sent 100 malformed messages and is cut off")
    }

    /// An answer or order under a header of its own: the encoding, and whatever numbers it is about.
    @discardableResult
    private func tell(_ peer: [UInt8], _ order: WorkerOrder, _ header: Header) -> Bool {
        guard let envelope = try? order.envelope(header), envelope.byteCount <= limits.messageBytes else {
            return false
        }
        return send(peer, envelope) == .sent
    }

    // MARK: Coming and going

    private func join(_ ready: WorkerReport.Ready, _ peer: [UInt8], _ header: Header) {
        do {
            guard ready.versions.contains(Dispatcher.protocolVersion) else {
                throw GymError(
                    .unsupportedVersion, "this side speaks version \(Dispatcher.protocolVersion)",
                    hint: "upgrade the older of the two")
            }
            guard members.count < limits.workers || members[peer] != nil else {
                throw GymError(.busy, "\(limits.workers) workers are here already")
            }
            for listing in ready.environments { try admit(listing, of: peer) }
        } catch {
            onEvent("worker \(ready.worker) was refused: \(GymError(wrapping: error).message)")
            tell(peer, .refused(GymError(wrapping: error)), header)
            return
        }
        if members[peer] != nil { leave(peer, why: "begins anew") }
        joinCount += 1
        members[peer] = Member(
            name: ready.worker, encoding: header.encoding, capacity: ready.capacity, offers: ready.environments,
            joined: joinCount)
        hasChanged = true
        let ids = ready.environments.map(\.datasheet.id).joined(separator: ", ")
        onEvent("worker \(ready.worker) joined: \(ids), \(ready.capacity) at once")
        let terms = WorkerOrder.Accepted(
            version: Dispatcher.protocolVersion, limits: limits,
            beatMilliseconds: Int(RosterDesk.beatSeconds * 1_000))
        tell(peer, .accepted(terms), header)
        feed(peer)
    }

    /// Every worker of an id must mean the same by it, and so must the broker itself.
    private func admit(_ listing: Reply.Listing, of peer: [UInt8]) throws {
        let id = listing.datasheet.id
        let others = members.filter { $0.key != peer }.values.lazy.flatMap(\.offers)
        if let other = others.first(where: { $0.datasheet.id == id }) {
            guard other.spec == listing.spec, other.datasheet == listing.datasheet else {
                throw GymError(
                    .badInput, "'\(id)' differs from what another worker offers under that id",
                    hint: "end the older worker, or raise the version in the id")
            }
        } else if let own = builtIn.first(where: { $0.datasheet.id == id }), own.datasheet != listing.datasheet {
            throw GymError(
                .badInput, "'\(id)' differs from the built-in environment of that id",
                hint: "choose another id, or use the same release on both sides")
        }
    }

    private func leave(_ peer: [UInt8], why: String) {
        guard let member = members.removeValue(forKey: peer) else { return }
        hasChanged = true
        onEvent("worker \(member.name) \(why)")
        for instance in member.instances { holders[instance]?.remove(peer) }
        for errand in member.running.values.compactMap(\.self).sorted(by: { $0.instance < $1.instance }) {
            tickets[ObjectIdentifier(errand)] = nil
            errand.end(.lost, peer: peer)
        }
        var pinned = member.pinned
        while let errand = pinned.next() { errand.end(.lost, peer: peer) }
    }

    private func dismiss(_ peer: [UInt8], _ encoding: Header.Encoding) {
        tell(peer, .drop(reason: "READY is due"), Header(.drop, encoding: encoding))
    }

    /// Tells every worker that the broker goes, and whoever waits that nothing will come.
    func dismissAll() {
        for (peer, member) in members {
            dismiss(peer, member.encoding)
            leave(peer, why: "is dismissed")
        }
        for var line in lines.values { while let errand = line.next() { errand.end(.lost, peer: []) } }
    }

    // MARK: Errands

    /// Takes in what other threads ask.
    func take(_ notes: [Roster.Note]) {
        for note in notes {
            switch note {
            case .run(let errand): place(errand)
            case .forget(let errand): forget(errand)
            case .release(let instance): release(instance)
            }
        }
    }

    private func place(_ errand: Errand) {
        if let home = errand.home {
            guard members[home] != nil else { return errand.end(.lost, peer: home) }
            members[home]?.pinned.append(errand)
            return feed(home)
        }
        let id = errand.making.environment
        let isFirst = lines[id]?.isEmpty ?? true
        lines[id, default: Line()].append(errand)
        if let peer = freest(of: id) { return feed(peer) }
        if isFirst, !members.values.contains(where: { $0.offers.contains { $0.datasheet.id == id } }) {
            onEvent("'\(id)' waits for a worker")
        }
    }

    /// The worker with the least to do that offers an environment and is free.
    private func freest(of id: String) -> [UInt8]? {
        members.filter { $0.value.isFree && $0.value.offers.contains { $0.datasheet.id == id } }
            .min { ($0.value.running.count, $0.value.joined) < ($1.value.running.count, $1.value.joined) }?.key
    }

    /// Gives a worker what it can take: first what only it can do.
    private func feed(_ peer: [UInt8]) {
        while members[peer]?.isFree == true, let errand = nextErrand(for: peer) {
            guard errand.begin(at: peer) else { continue }
            start(errand, at: peer)
        }
    }

    private func nextErrand(for peer: [UInt8]) -> Errand? {
        if let errand = members[peer]?.pinned.next() { return errand }
        for listing in members[peer]?.offers ?? [] {
            if let errand = lines[listing.datasheet.id]?.next() { return errand }
        }
        return nil
    }

    private func start(_ errand: Errand, at peer: [UInt8]) {
        guard let member = members[peer] else { return errand.end(.lost, peer: peer) }
        lastTicket += 1
        let isNew = !member.instances.contains(errand.instance)
        let seconds = min(errand.deadline.secondsLeft, Double(UInt32.max) / 1_000)
        let header = Header(
            .run, encoding: member.encoding, session: errand.instance, sequence: lastTicket,
            deadlineMilliseconds: UInt32(max(1, seconds * 1_000)))
        members[peer]?.running[lastTicket] = errand
        members[peer]?.instances.insert(errand.instance)
        holders[errand.instance, default: []].insert(peer)
        tickets[ObjectIdentifier(errand)] = (lastTicket, peer)
        let run = WorkerOrder.Run(making: isNew ? errand.making : nil, deed: errand.deed)
        // A worker that takes nothing more is stuck or gone: what it has is done elsewhere.
        if !tell(peer, .run(run), header) { leave(peer, why: "takes no messages and is given up") }
    }

    private func finish(_ header: Header, with result: Result<WorkerReport.Outcome, GymError>, from peer: [UInt8]) {
        guard members[peer] != nil else { return dismiss(peer, header.encoding) }
        // A ticket that is not there was finished or given up before: a late result changes nothing.
        guard let entry = members[peer]?.running.removeValue(forKey: header.sequence) else { return }
        if let errand = entry {
            tickets[ObjectIdentifier(errand)] = nil
            switch result {
            case .success(let outcome): errand.end(.done(outcome), peer: peer)
            case .failure(let error):
                // Whether the worker has made the instance is not known, so it is told how again.
                members[peer]?.instances.remove(errand.instance)
                errand.end(.refused(error), peer: peer)
            }
        }
        feed(peer)
    }

    private func forget(_ errand: Errand) {
        guard let (ticket, peer) = tickets.removeValue(forKey: ObjectIdentifier(errand)), let member = members[peer]
        else { return }
        // The worker counts as busy with it until it says otherwise.
        members[peer]?.running[ticket] = .some(nil)
        let header = Header(.drop, encoding: member.encoding, session: errand.instance, sequence: ticket)
        tell(peer, .drop(reason: "its time is over"), header)
    }

    private func release(_ instance: UInt64) {
        for peer in (holders.removeValue(forKey: instance) ?? []).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            guard let member = members[peer], member.instances.contains(instance) else { continue }
            members[peer]?.instances.remove(instance)
            let header = Header(.drop, encoding: member.encoding, session: instance)
            tell(peer, .drop(reason: "its session is over"), header)
        }
    }

    // MARK: Time

    /// Beats, and gives up who was silent for too long; returns what is on offer where that has changed.
    func tick() -> [Roster.Offer]? {
        let now = Monotonic.seconds
        let isDue = now - lastBeat >= RosterDesk.beatSeconds
        if isDue { lastBeat = now }
        for (peer, member) in members {
            // Looked for at every call, so that a loss is noticed soon after the last beat that may be missed.
            let isSilent = now - member.heard > RosterDesk.beatSeconds * RosterDesk.missesAllowed
            if isSilent || isDue && !tell(peer, .beat, Header(.beat, encoding: member.encoding)) {
                dismiss(peer, member.encoding)
                leave(peer, why: "was lost")
            }
        }
        if isDue { peers.forgive(now: now) }
        return takeChange()
    }

    /// What is on offer, where that has changed since the last call.
    func takeChange() -> [Roster.Offer]? {
        guard hasChanged else { return nil }
        hasChanged = false
        var found: [String: Roster.Offer] = [:]
        for member in members.values.sorted(by: { $0.joined < $1.joined }) {
            for var listing in member.offers {
                let known = found[listing.datasheet.id]
                listing.servedBy = known?.listing.servedBy ?? member.name
                found[listing.datasheet.id] = Roster.Offer(
                    listing: known?.listing ?? listing, capacity: (known?.capacity ?? 0) + member.capacity)
            }
        }
        return found.values.sorted { $0.listing.datasheet.id < $1.listing.datasheet.id }
    }
}

/// Errands in order, without those that nobody waits for any more.
private struct Line {
    private var errands: [Errand] = []
    private var first = 0

    var isEmpty: Bool { first == errands.count }

    mutating func append(_ errand: Errand) {
        if first > 1_024, first > errands.count / 2 {
            errands.removeFirst(first)
            first = 0
        }
        errands.append(errand)
    }

    mutating func next() -> Errand? {
        while first < errands.count {
            defer { first += 1 }
            if errands[first].isWaiting { return errands[first] }
        }
        (errands, first) = ([], 0)
        return nil
    }
}
