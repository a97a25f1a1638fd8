import FlyingFox
import FlyingSocks
import Foundation
import Gym
import Synchronization

/// Serves a page of a study that is still running over loopback HTTP, and tells open pages when there is news by
/// server-sent events. Only this machine's own browsers can reach it.
public final class LiveServer: Sendable {
    /// What is served now.
    private struct State: Sendable {
        var page = ""
        var update = ""
        var revision = 0
    }

    private let state = Mutex(State())
    private let server: HTTPServer
    private let ending = Mutex<GymError?>(nil)
    private let asked: UInt16
    /// How often an open page is told that its server is still there, which is also how long news may wait.
    private static let beat = Duration.seconds(1)

    /// Prepares a server; port 0 takes any that is free.
    public init(port: UInt16) throws {
        asked = port
        let address = try sockaddr_in.inet(ip4: "127.0.0.1", port: port)
        server = HTTPServer(config: .init(address: address, logger: .disabled))
    }

    /// Shows a report from now on; open pages take over its content.
    public func show(_ report: Report, bundle: VegaBundle?, program: String) {
        let revision = state.withLock { $0.revision } + 1
        let page = Page(report, bundle: bundle, revision: revision, program: program)
        let (html, update) = (page.html, page.update.line)
        state.withLock { state in
            if update != state.update { state = State(page: html, update: update, revision: revision) }
        }
    }

    /// Begins to serve on threads of Swift's tasks, which is why none of them may call this, and gives the page's
    /// address.
    ///
    /// - Throws: `GymError` (`usage`) for a port that is taken or not allowed.
    public func start() throws -> String {
        let started = DispatchSemaphore(value: 0)
        let port = Mutex<UInt16>(0)
        let (server, reply): (HTTPServer, @Sendable (HTTPRequest) async -> HTTPResponse) = (
            self.server, { await self.answer($0) }
        )
        Task {
            await server.appendRoute("*") { await reply($0) }
            do { try await server.run() } catch {
                let text = "\(error)"
                let isTaken = text.contains("Address already in use") || error.localizedDescription.contains("in use")
                self.note(isTaken ? "is taken" : "can't be served (\(error.localizedDescription))")
            }
            started.signal()
        }
        Task {
            try? await server.waitUntilListening(timeout: 5)
            if case .ip4(_, let number) = await server.listeningAddress { port.withLock { $0 = number } }
            started.signal()
        }
        started.wait()
        let number = port.withLock { $0 }
        guard number != 0 else {
            throw ending.withLock { $0 }
                ?? GymError(.usage, "port \(asked) can't be served", hint: "choose another with --port")
        }
        return "http://127.0.0.1:\(number)/"
    }

    /// Ends the server; open pages keep what they show.
    public func stop() {
        let stopped = DispatchSemaphore(value: 0)
        Task { [server] in
            await server.stop()
            stopped.signal()
        }
        // Where other work takes every processor it takes seconds, and until then the port is not free.
        _ = stopped.wait(timeout: .now() + 10)
    }

    private func note(_ message: String) {
        ending.withLock {
            $0 = GymError(.usage, "port \(asked) of this machine \(message)", hint: "choose another with --port")
        }
    }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        // A name that another site points at this machine is not this machine's.
        let host = (request.headers[.host] ?? "").split(separator: ":").first.map(String.init) ?? ""
        guard ["127.0.0.1", "localhost"].contains(host) else { return HTTPResponse(statusCode: .forbidden) }
        guard request.method == .GET else { return HTTPResponse(statusCode: .methodNotAllowed) }
        switch request.path {
        case "/": return text(state.withLock { $0.page }, "text/html; charset=utf-8")
        case "/update": return text(state.withLock { $0.update }, "application/json")
        case "/events":
            let headers: HTTPHeaders = [.contentType: "text/event-stream", HTTPHeader("Cache-Control"): "no-store"]
            return HTTPResponse(statusCode: .ok, headers: headers, body: HTTPBodySequence(from: News(server: self)))
        case "/favicon.ico": return HTTPResponse(statusCode: .noContent)
        default: return HTTPResponse(statusCode: .notFound)
        }
    }

    private func text(_ text: String, _ type: String) -> HTTPResponse {
        let headers: HTTPHeaders = [.contentType: type, HTTPHeader("Cache-Control"): "no-store"]
        return HTTPResponse(statusCode: .ok, headers: headers, body: Data(text.utf8))
    }

    /// The lines of one open page's stream: the revision whenever it is another, else a comment now and then.
    private struct News: AsyncBufferedSequence {
        typealias Element = UInt8
        let server: LiveServer

        func makeAsyncIterator() -> Iterator { Iterator(server: server) }

        struct Iterator: AsyncBufferedIteratorProtocol {
            let server: LiveServer
            var shown = 0

            mutating func next() async throws -> UInt8? { nil }

            mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
                let revision = server.state.withLock { $0.revision }
                if shown == revision { try await Task.sleep(for: LiveServer.beat) }
                let latest = server.state.withLock { $0.revision }
                // A comment finds out whether anyone still listens.
                guard latest != shown else { return Array(": here\n\n".utf8) }
                shown = latest
                return Array("event: news\ndata: \(latest)\n\n".utf8)
            }
        }
    }
}
