// A simulator of one's own in one file, served to a broker with libzmq and JSON.
//
//     g++ -std=c++17 -O2 simulator.cpp -lzmq -o simulator && ./simulator [ENDPOINT]
//
// It says what it offers (READY), beats each second so that the broker knows that it lives, and answers each RUN with a
// RESULT. docs/protocol.md describes the messages. Packages: libzmq3-dev, nlohmann-json3-dev.
#include <zmq.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

using nlohmann::json;
using Clock = std::chrono::steady_clock;

// The fixed 32 bytes in front of every body; little-endian, as all machines are that this is likely to run on.
struct Header {
    char magic[4] = {'S', 'X', 'T', '1'};
    char encoding = 'J';
    std::uint8_t verb = 0;
    std::uint16_t flags = 0;                    // 1 reply, 2 error
    std::uint64_t session = 0, sequence = 0;    // the instance, and the ticket of what is to be done with it
    std::uint32_t deadline_ms = 0, zero = 0;
};
static_assert(sizeof(Header) == 32);

enum Verb : std::uint8_t { ready = 16, result = 17, beat = 18, bye = 19, run = 24, drop = 25 };

// The model: what a design costs. An empty object says that it can't be built.
json evaluate(double sets, double ways, const std::string& workload) {
    const double size = sets * ways * 64;
    if (size > 128 * 1024) return json::object();
    const double misses = workload == "scan" ? 1 : 1 / (1 + size / 4096);
    return {{"latency", 1 + 0.05 * ways + 80 * misses}, {"area", size * 2e-6 + ways * 1e-3}};
}

const json spec = json::parse(R"({
    "id": "cpp-cache-v0", "horizon": 1, "isPure": true, "reference": ["NaN", "NaN"],
    "actionSpace": {"parameters": [
        {"name": "sets", "ordinal": {"values": [16, 64, 256]}, "scale": "log2", "defaultValue": {"number": 64}},
        {"name": "ways", "integer": {"lowest": "1", "highest": "16", "step": "1"}, "scale": "linear",
         "defaultValue": {"number": 4}}]},
    "metrics": [
        {"name": "latency", "unit": "ns", "goal": "minimize", "isPositive": true, "isDeterministic": true},
        {"name": "area", "unit": "mm2", "goal": "minimize", "isPositive": true, "isDeterministic": true}]
})");

const json datasheet = json::parse(R"({
    "id": "cpp-cache-v0", "title": "Cache", "summary": "a cache in C++", "description": "A stand-in for a simulator.",
    "options": [{"name": "workload", "kind": "choice", "choices": ["loop", "scan"], "defaultValue": {"text": "loop"}}]
})");

volatile std::sig_atomic_t is_stopped = 0;

void* connected(void* context, const char* endpoint) {
    void* socket = zmq_socket(context, ZMQ_DEALER);
    const int linger = 500, pause = 100, longest = 1'000, immediate = 1;
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(socket, ZMQ_RECONNECT_IVL, &pause, sizeof pause);
    zmq_setsockopt(socket, ZMQ_RECONNECT_IVL_MAX, &longest, sizeof longest);
    zmq_setsockopt(socket, ZMQ_IMMEDIATE, &immediate, sizeof immediate);
    if (zmq_connect(socket, endpoint) != 0) throw std::runtime_error(zmq_strerror(zmq_errno()));
    return socket;
}

void send(void* socket, Header header, const json& body) {
    const std::string text = body.dump();
    if (zmq_send(socket, &header, sizeof header, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) return;  // no broker is there now
    zmq_send(socket, text.data(), text.size(), ZMQ_DONTWAIT);
}

std::string frame(void* socket) {
    zmq_msg_t message;
    zmq_msg_init(&message);
    std::string bytes;
    if (zmq_msg_recv(&message, socket, 0) >= 0)
        bytes.assign(static_cast<const char*>(zmq_msg_data(&message)), zmq_msg_size(&message));
    zmq_msg_close(&message);
    return bytes;
}

// Does one RUN. `workloads` has the option that each instance was made with.
void obey(void* socket, Header header, const json& order, std::map<std::uint64_t, std::string>& workloads) {
    json answer = json::object();
    if (order.contains("making")) {
        const json options = order["making"].value("options", json::object());
        workloads[header.session] = options.contains("workload") ? options["workload"].value("text", "loop") : "loop";
        answer["spec"] = spec;
    }
    header.verb = result;
    if (workloads.count(header.session) == 0) {
        header.flags = 2;
        return send(socket, header, {{"code", "internal"}, {"message", "there is no such instance here"}});
    }
    if (order.contains("action")) {
        const json values = order["action"]["values"];  // in the order of the spec's parameters
        const json metrics = evaluate(values[0], values[1], workloads[header.session]);
        answer["step"] = {{"terminated", true}, {"status", "infeasible"}, {"reason", "does not fit on the die"}};
        if (!metrics.empty())
            answer["step"] = {
                {"terminated", true}, {"status", "ok"}, {"metrics", {metrics["latency"], metrics["area"]}}};
    }
    send(socket, header, answer);
}

int main(int count, char** arguments) try {
    std::signal(SIGINT, [](int) { is_stopped = 1; });
    std::signal(SIGTERM, [](int) { is_stopped = 1; });
    void* context = zmq_ctx_new();
    void* socket = connected(context, count > 1 ? arguments[1] : "tcp://127.0.0.1:5756");
    const json offer = {{"worker", "simulator.cpp"}, {"versions", {1}}, {"capacity", 1},
                        {"environments", {{{"datasheet", datasheet}, {"spec", spec}}}}};
    std::map<std::uint64_t, std::string> workloads;
    bool is_accepted = false;
    auto heard = Clock::now(), spoke = Clock::time_point();
    while (!is_stopped) {
        const auto now = Clock::now();
        if (now - heard > std::chrono::seconds(3)) is_accepted = false;  // three beats were missed: begin anew
        if (now - spoke >= std::chrono::seconds(1)) {
            spoke = now;
            Header header;
            header.verb = is_accepted ? beat : ready;
            header.sequence = is_accepted ? 0 : 1;
            send(socket, header, is_accepted ? json::object() : offer);
        }
        zmq_pollitem_t item = {socket, 0, ZMQ_POLLIN, 0};
        if (zmq_poll(&item, 1, 100) <= 0) continue;
        const std::string head = frame(socket), body = frame(socket);
        Header header;
        if (head.size() != sizeof header) continue;
        std::memcpy(&header, head.data(), sizeof header);
        heard = Clock::now();
        const json order = json::parse(body);
        if (header.verb == ready && header.flags & 2) throw std::runtime_error(order.at("message").get<std::string>());
        if (header.verb == ready) is_accepted = true;
        if (header.verb == run) obey(socket, header, order, workloads);
        if (header.verb == drop && header.sequence == 0 && header.session != 0) workloads.erase(header.session);
        if (header.verb == drop && header.sequence == 0 && header.session == 0) is_accepted = false;
    }
    Header header;
    header.verb = bye;
    send(socket, header, json::object());
    zmq_close(socket);
    zmq_ctx_term(context);
} catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 1;
}
