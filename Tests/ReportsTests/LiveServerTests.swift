import Foundation
import Glibc
import Gym
import Reports
import Samples
import Testing

@Suite("The server of a running study's page")
struct LiveServerTests: Sendable {
    private let folder: Folder
    private let path: String

    init() throws {
        folder = try Folder()
        path = folder.path("log.db")
        try Fixture.write([("a-s1", [Fixture.Given(latency: 5), Fixture.Given(latency: 3)])], to: path)
    }

    private func port(_ address: String) throws -> UInt16 {
        try #require(UInt16(address.split(separator: ":").last?.dropLast() ?? ""))
    }

    @Test("it serves the page and its news to this machine alone, and ends when it is told")
    func serves() async throws { try await onThread { try self.serve() } }

    private func serve() throws {
        let server = try LiveServer(port: 0)
        server.show(try Fixture.report(of: path), bundle: nil, program: "t")
        let address = try server.start()
        #expect(address.hasPrefix("http://127.0.0.1:"))
        let line = try Line(port: try port(address))
        func ask(_ request: String, host: String = "localhost") throws -> String {
            try Line(port: try port(address)).ask(request, host: host)
        }
        #expect(try line.ask("GET /").contains("data-live=\"1\""))
        #expect(try ask("GET /update").contains("\"isRunning\":false"))
        #expect(try ask("GET /other").hasPrefix("HTTP/1.1 404"))
        #expect(try ask("POST /").hasPrefix("HTTP/1.1 405"))
        #expect(try ask("GET /", host: "elsewhere.example").hasPrefix("HTTP/1.1 403"))
        #expect {
            _ = try LiveServer(port: try port(address)).start()
        } throws: { error in (error as? GymError)?.message.contains("is taken") == true }
        server.stop()
        #expect(throws: (any Error).self) { try Line(port: try port(address)) }
    }

    @Test("an open page hears of every new state, and of none twice")
    func tells() async throws { try await onThread { try self.tell() } }

    private func tell() throws {
        let server = try LiveServer(port: 0)
        server.show(try Fixture.report(of: path), bundle: nil, program: "t")
        let line = try Line(port: try port(try server.start()))
        defer { server.stop() }
        try line.send("GET /events", host: "127.0.0.1")
        #expect(try line.read(until: "data: 1\n\n").contains("text/event-stream"))
        server.show(try Fixture.report(of: path), bundle: nil, program: "t")
        try Fixture.write([("a-s2", [Fixture.Given(latency: 2)])], to: path, study: "more")
        server.show(try Fixture.report(["toy", "more"], of: path), bundle: nil, program: "t")
        let rest = try line.read(until: "data: 2\n\n")
        #expect(rest.ranges(of: "event: news").count == 1)
    }
}

/// Runs what waits on a thread of its own: the server's tasks need those of the tests.
private func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
    let result: Result<Void, any Error> = await withCheckedContinuation { continuation in
        Thread { continuation.resume(returning: Result { try body() }) }.start()
    }
    try result.get()
}

/// One connection of plain HTTP.
private final class Line {
    private struct Lost: Error {}

    private let socket: Int32
    private var text = ""

    init(port: UInt16) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard result == 0 else { throw Lost() }
    }

    deinit { close(socket) }

    func send(_ request: String, host: String) throws {
        let bytes = Array("\(request) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n".utf8)
        guard write(socket, bytes, bytes.count) == bytes.count else { throw Lost() }
    }

    /// The answer's head and body.
    func ask(_ request: String, host: String = "localhost") throws -> String {
        try send(request, host: host)
        while try more() {}
        return text
    }

    /// What has come up to a text, which is waited for.
    func read(until end: String) throws -> String {
        while !text.contains(end) { guard try more() else { throw Lost() } }
        defer { text = "" }
        return text
    }

    private func more() throws -> Bool {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(socket, &bytes, bytes.count, 0)
        guard count >= 0 else { throw Lost() }
        text += String(decoding: bytes[..<count], as: UTF8.self)
        return count > 0
    }
}
