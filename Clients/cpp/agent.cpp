// An agent for `sextant serve` in one file, with libzmq and JSON: random search of the DRAM controller.
//
//     g++ -std=c++17 -O2 agent.cpp -lzmq -o agent && ./agent [ENDPOINT [ROUNDS]]
//
// docs/protocol.md describes the messages. Packages: libzmq3-dev, nlohmann-json3-dev.
#include <zmq.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <string>

using nlohmann::json;

// The fixed 32 bytes in front of every body; little-endian, as all machines are that this is likely to run on.
struct Header {
    char magic[4] = {'S', 'X', 'T', '1'};
    char encoding = 'J';
    std::uint8_t verb = 0;
    std::uint16_t flags = 0;  // 1 reply, 2 error, 4 a packed frame follows
    std::uint64_t session = 0, sequence = 0;
    std::uint32_t deadline_ms = 0, zero = 0;
};
static_assert(sizeof(Header) == 32);

enum Verb : std::uint8_t { hello = 1, make = 3, reset = 4, step = 5, close = 8 };

class Client {
public:
    explicit Client(const std::string& endpoint) : context(zmq_ctx_new()), socket(zmq_socket(context, ZMQ_DEALER)) {
        const int linger = 500, patience = 5'000;
        zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
        zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
        if (zmq_connect(socket, endpoint.c_str()) != 0) throw std::runtime_error(zmq_strerror(zmq_errno()));
    }

    ~Client() {
        zmq_close(socket);
        zmq_ctx_term(context);
    }

    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Asks and waits; the sequence of a session rises by one with each request.
    json ask(Verb verb, const json& body) {
        Header header;
        header.verb = verb;
        header.session = session;
        header.sequence = session == 0 ? 0 : ++sequence;
        const std::string text = body.dump();
        zmq_send(socket, &header, sizeof header, ZMQ_SNDMORE);
        zmq_send(socket, text.data(), text.size(), 0);
        const std::string head = frame(), reply = frame();
        if (head.size() != sizeof header) throw std::runtime_error("an answer came that is none of Sextant's");
        std::memcpy(&header, head.data(), sizeof header);
        json answer = json::parse(reply);
        if (header.flags & 2) throw std::runtime_error(answer.at("message").get<std::string>());
        return answer;
    }

    std::uint64_t session = 0;

private:
    std::string frame() {
        zmq_msg_t message;
        zmq_msg_init(&message);
        if (zmq_msg_recv(&message, socket, 0) < 0)
            throw std::runtime_error("nothing answers: is `sextant serve` running?");
        std::string bytes(static_cast<const char*>(zmq_msg_data(&message)), zmq_msg_size(&message));
        zmq_msg_close(&message);
        return bytes;
    }

    void* context;
    void* socket;
    std::uint64_t sequence = 0;
};

int main(int count, char** arguments) try {
    Client client(count > 1 ? arguments[1] : "tcp://127.0.0.1:5755");
    const int rounds = count > 2 ? std::atoi(arguments[2]) : 10, slots = 8;
    client.ask(hello, {{"client", "agent.cpp"}, {"versions", {1}}});
    const json objective = {{"kind", "minimize"}, {"terms", {{{"metric", "latency"}, {"amount", 1}}}}};
    const json made = client.ask(make, {{"environment", "dram-controller-v0"},
                                        {"options", {{"workload", {{"text", "stream"}}}}},
                                        {"objective", objective},
                                        {"slots", slots},
                                        {"study", "cpp"}});
    client.session = std::stoull(made.at("session").get<std::string>());  // 64-bit integers are strings in JSON
    client.ask(reset, {{"seeds", std::vector<int>(slots, 1)}});

    std::mt19937 random(1);
    const char* policies[] = {"Open", "OpenAdaptive", "Closed", "ClosedAdaptive"};
    double best = 1e300;
    json champion;
    for (int round = 0; round < rounds; round++) {
        json actions = json::array();
        for (int slot = 0; slot < slots; slot++)
            actions.push_back({{"named", {{"page_policy", {{"text", policies[random() % 4]}}},
                                          {"request_buffer_size", {{"number", 1 + random() % 128}}}}}});
        const json steps = client.ask(step, {{"actions", actions}}).at("steps");
        for (int slot = 0; slot < slots; slot++) {
            if (steps[slot].at("status") != "ok") continue;
            const double latency = steps[slot].at("metrics")[0];  // in the order of made["spec"]["metrics"]
            if (latency < best) best = latency, champion = actions[slot];
        }
    }
    client.ask(close, json::object());
    std::cout << rounds * slots << " samples, best latency " << best << " ns: " << champion << "\n";
} catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 1;
}
