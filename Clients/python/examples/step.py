"""Steps an environment of `sextant serve dram-controller-v0` with pyzmq and json alone: step.py [ENDPOINT]"""
import json, struct, sys, zmq

HEADER = "<4scBHQQII"  # magic, encoding, verb, flags, session, sequence, deadline in ms, zero
MAKE, RESET, STEP, CLOSE = 3, 4, 5, 8

socket = zmq.Context().socket(zmq.DEALER)
socket.linger = 500
socket.connect(sys.argv[1] if len(sys.argv) > 1 else "tcp://127.0.0.1:5755")


def ask(verb, body, session=0, sequence=0):
    header = struct.pack(HEADER, b"SXT1", b"J", verb, 0, session, sequence, 0, 0)
    socket.send_multipart([header, json.dumps(body).encode()])
    if not socket.poll(5_000):
        sys.exit("nothing answers: is `sextant serve` running?")
    header, reply = socket.recv_multipart()[:2]
    reply = json.loads(reply)
    if struct.unpack(HEADER, header)[3] & 2:  # the error flag
        sys.exit(f"{reply['code']}: {reply['message']}")
    return reply


made = ask(MAKE, {"environment": "dram-controller-v0", "options": {"workload": {"text": "stream"}}, "slots": 2})
session, names = int(made["session"]), [metric["name"] for metric in made["spec"]["metrics"]]
ask(RESET, {"seeds": [1, 2]}, session, 1)
designs = [{"page_policy": {"text": policy}, "request_buffer_size": {"number": 16}} for policy in ("Open", "Closed")]
for step in ask(STEP, {"actions": [{"named": design} for design in designs]}, session, 2)["steps"]:
    print(step["number"], step["status"], dict(zip(names[:3], step["metrics"])), f"reward {step['reward']:.3f}")
ask(CLOSE, {}, session, 3)
print(f"logged as {made['study']}/{made['trial']}")
