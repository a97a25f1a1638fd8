"""A worker, order by order, against a broker that is played by the test."""

import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest
import zmq
from sextant import frames
from sextant._wire import sextant_pb2 as wire
from test_server import wait_until_gone

SIMULATORS = pathlib.Path(__file__).with_name("simulators.py")
BEAT_MS = 100


def children_of(pid):
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [int(line) for line in found.split()]


class Played:
    """A broker's socket for workers, with one worker that a process of its own runs."""

    def __init__(self, endpoint, models, processes=1):
        self.socket = zmq.Context.instance().socket(zmq.ROUTER)
        self.socket.bind(endpoint)
        self.beats, self.results, self.other = 0, [], []
        command = [sys.executable, SIMULATORS, models, endpoint, str(processes)]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def pump(self, until, seconds=10.0):
        """Takes messages in, answering beats, until something is true."""
        end, beat = time.monotonic() + seconds, 0.0
        while not until():
            assert time.monotonic() < end, "the worker did not do in time what it should"
            if self.beats and time.monotonic() > beat:
                beat = time.monotonic() + BEAT_MS / 1000
                self.tell(frames.BEAT)
            if not self.socket.poll(20):
                continue
            self.peer, head, body = self.socket.recv_multipart()
            header = frames.read_header(head)
            if header.verb == frames.BEAT:
                self.beats += 1
            elif header.verb == frames.RESULT:
                self.results.append((header, body))
            else:
                self.other.append((header, body))

    def tell(self, verb, body=b"", session=0, sequence=0, deadline_ms=0, flags=0):
        header = frames.Header(verb, flags, session, sequence, deadline_ms)
        self.socket.send_multipart([self.peer, header.packed(), body])

    def join(self):
        self.pump(lambda: self.other and self.other[0][0].verb == frames.READY)
        ready = wire.ReadyRequest.FromString(self.other.pop(0)[1])
        reply = wire.ReadyReply(version=1, beat_milliseconds=BEAT_MS)
        self.tell(frames.READY, reply.SerializeToString(), sequence=1, flags=frames.IS_REPLY)
        return ready

    def run(self, session, ticket, action=None, seed=None, making=None, deadline_ms=10_000, **options):
        run = wire.RunRequest(seed=seed)
        if making:
            run.making.environment = making
            for name, value in options.items():
                run.making.options[name].CopyFrom(wire.Value(**{"text" if isinstance(value, str) else "number": value}))
        if action is not None:
            run.action.values.extend(action)
        self.tell(frames.RUN, run.SerializeToString(), session, ticket, deadline_ms)

    def result(self, ticket):
        """What came of a ticket: a RunResult or an Error."""
        self.pump(lambda: any(header.sequence == ticket for header, _ in self.results))
        header, body = next(each for each in self.results if each[0].sequence == ticket)
        return (wire.Error if header.flags & frames.IS_ERROR else wire.RunResult).FromString(body)

    def close(self):
        self.process.kill()
        self.process.communicate()
        self.socket.close(linger=0)


@pytest.fixture
def play(tmp_path):
    played = []

    def begin(models, processes=1):
        played.append(Played(f"ipc://{tmp_path}/workers", models, processes))
        return played[-1]

    yield begin
    for each in played:
        each.close()


def test_a_worker_says_what_it_offers_and_does_what_it_is_asked(play):
    broker = play("Cache,Walk", 2)
    ready = broker.join()
    assert ready.capacity == 2 and list(ready.versions) == [1]
    cache, walk = ready.environments
    assert (cache.datasheet.id, cache.datasheet.title) == ("toy-cache-v0", "A toy cache")
    assert "hit rate" in cache.datasheet.description
    assert [option.kind for option in cache.datasheet.options] == ["choice", "number"]
    assert cache.spec.is_pure and cache.spec.horizon == 1
    assert list(cache.spec.action_space.constraints) == ["sets * ways <= 1024"]
    assert not walk.spec.is_pure and walk.spec.horizon == 20 and list(walk.spec.observation_names) == ["place"]
    broker.run(1, 1, making="toy-cache-v0", workload="scan", line=32.0)
    assert broker.result(1).spec.id == "toy-cache-v0"
    broker.run(1, 2, action=[64, 4, 1])
    step = broker.result(2).step
    assert (step.status, step.terminated) == ("ok", True)
    assert list(step.metrics) == [pytest.approx(1e5 / (64 * 4 * 32)), pytest.approx(64 * 4 * 32 / 1e4)]
    broker.run(1, 3, action=[16, 1, 0])
    assert (broker.result(3).step.status, broker.result(3).step.reason) == ("infeasible", "smaller than a page")
    broker.run(1, 4, action=[64, 13, 0])
    assert (broker.result(4).step.status, broker.result(4).step.reason) == ("failed", "ValueError: unlucky")


def test_an_instance_with_state_stays_in_its_process_and_shows_masks(play):
    broker = play("Walk", 3)
    broker.join()
    for instance in (1, 2, 3, 4):
        broker.run(instance, instance, seed=instance, making="toy-walk-v0", length=3.0)
        assert broker.result(instance).spec.horizon == 12
        assert list(broker.result(instance).observation.values) == [instance % 3]
    for ticket, instance in enumerate((4, 3, 2, 1), start=5):
        broker.run(instance, ticket, action=[1])
        step = broker.result(ticket).step
        assert list(step.observation.values) == [instance % 3 + 1]
        assert step.terminated == (instance % 3 == 2)
        assert [list(mask.choices) for mask in step.observation.legal] == [[True, instance % 3 + 1 < 3]]
    broker.tell(frames.DROP, session=4)
    broker.run(4, 20, action=[1])
    assert broker.result(20).code == "internal" and "no instance 4" in broker.result(20).message


@pytest.mark.parametrize(("count", "reason"), [(3, "nan as 'process'"), (5, "'proces', which is none of its metrics")])
def test_numbers_that_can_not_be_meant_are_failures_with_words(play, count, reason):
    broker = play("Rogue")
    broker.join()
    broker.run(1, 1, action=[count], making="toy-rogue-v0")
    assert broker.result(1).step.status == "failed" and reason in broker.result(1).step.reason


def test_a_model_that_never_lets_go_is_ended_when_dropped_and_the_beats_go_on(play):
    broker = play("Rogue", 2)
    broker.join()
    broker.run(1, 1, action=[2], making="toy-rogue-v0")
    broker.run(1, 2, action=[4])
    healthy = broker.result(2).step.metrics[0]
    beats = broker.beats
    broker.pump(lambda: broker.beats > beats + 3)
    before = children_of(broker.process.pid)
    broker.tell(frames.DROP, session=1, sequence=1)
    assert broker.result(1).code == "internal"
    after = children_of(broker.process.pid)
    assert len(before) == len(after) == 2 and set(before) & set(after) == {int(healthy)}


def test_a_step_ends_by_itself_where_nobody_calls_it_back(play):
    broker = play("Rogue")
    broker.join()
    broker.run(1, 1, action=[2], making="toy-rogue-v0", deadline_ms=50)
    assert broker.result(1).code == "internal"
    broker.run(1, 2, action=[4], making="toy-rogue-v0")
    assert broker.result(2).step.status == "ok"


def test_a_process_that_dies_is_told_and_replaced(play):
    broker = play("Rogue")
    broker.join()
    for ticket in (1, 3):
        broker.run(1, ticket, action=[1], making="toy-rogue-v0")
        assert broker.result(ticket).message == "the model's process died with exit code 7"
        broker.run(1, ticket + 1, action=[4], making="toy-rogue-v0")
        assert broker.result(ticket + 1).step.status == "ok"


def test_a_worker_begins_anew_where_the_broker_is_another_or_silent(play):
    broker = play("Rogue")
    broker.join()
    broker.run(1, 1, action=[4], making="toy-rogue-v0")
    broker.result(1)
    broker.tell(frames.DROP)
    assert broker.join().capacity == 1
    broker.run(1, 2, action=[4])
    assert "no instance 1" in broker.result(2).message
    broker.beats = 0
    time.sleep(BEAT_MS / 1000 * 5)
    broker.pump(lambda: any(header.verb == frames.READY for header, _ in broker.other))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_in_good_order(play, number, code):
    broker = play("Rogue", 2)
    broker.join()
    broker.run(1, 1, action=[2], making="toy-rogue-v0")
    broker.pump(lambda: broker.beats > 1)
    children = children_of(broker.process.pid)
    broker.process.send_signal(number)
    broker.pump(lambda: any(header.verb == frames.BYE for header, _ in broker.other))
    assert broker.process.wait(timeout=5) == code
    assert len(children) == 2 and all(wait_until_gone(child) for child in children)


def test_children_end_with_a_worker_that_is_killed(play):
    broker = play("Rogue", 2)
    broker.join()
    broker.run(1, 1, action=[2], making="toy-rogue-v0")
    broker.pump(lambda: broker.beats > 1)
    children = children_of(broker.process.pid)
    os.kill(broker.process.pid, signal.SIGKILL)
    assert len(children) == 2 and all(wait_until_gone(child) for child in children)


def test_what_can_not_be_made_is_told(play):
    broker = play("Unmade")
    broker.join()
    broker.run(1, 1, making="toy-unmade-v0", file="a.bin")
    error = broker.result(1)
    assert error.code == "bad-option" and "FileNotFoundError: a.bin" in error.message
    broker.run(2, 2, making="toy-other-v0")
    assert broker.result(2).code == "unknown-environment"


def test_a_worker_that_is_not_wanted_ends_with_the_brokers_words(play):
    broker = play("Rogue")
    broker.pump(lambda: broker.other)
    error = wire.Error(code="bad-input", message="not this one", hint="another")
    broker.tell(frames.READY, error.SerializeToString(), sequence=1, flags=frames.IS_REPLY | frames.IS_ERROR)
    assert broker.process.wait(timeout=5) == 1
    assert "error: not this one (another)" in broker.process.stderr.read()


def test_a_model_that_can_not_be_made_at_all_is_told_before_anything_else(play):
    broker = play("Broken")
    assert broker.process.wait(timeout=10) == 1
    said = broker.process.stderr.read()
    assert "no licence" in said and "'toy-broken-v0' can't be made with default options" in said
