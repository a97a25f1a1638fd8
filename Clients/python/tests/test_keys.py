"""Key files, and connections that they encrypt, against a socket that only takes encrypted ones."""

import threading

import pytest
import sextant
import zmq
from sextant import frames
from sextant._wire import sextant_pb2 as wire
from sextant.connection import Connection

SERVER_PUBLIC, SERVER_SECRET = (key.decode() for key in zmq.curve_keypair())
SECRET = zmq.curve_keypair()[1].decode()


def key_file(folder, server=SERVER_PUBLIC, mode=0o600, secret=SECRET):
    path = folder / "alice.key"
    path.write_text(f"# alice\nsecret {secret}\nserver {server}\n")
    path.chmod(mode)
    return path


@pytest.fixture
def encrypted(tmp_path):
    """The endpoint of a socket that answers HELLO to whoever knows its key."""
    socket = zmq.Context.instance().socket(zmq.ROUTER)
    socket.curve_server, socket.curve_secretkey = True, SERVER_SECRET.encode()
    socket.bind(f"ipc://{tmp_path}/encrypted")
    stop = threading.Event()

    def answer():
        while not stop.is_set():
            if socket.poll(10):
                peer, head, _ = socket.recv_multipart()
                asked = frames.read_header(head)
                reply = asked._replace(flags=frames.IS_REPLY).packed()
                socket.send_multipart([peer, reply, wire.HelloReply(server="played", version=1).SerializeToString()])
        socket.close(linger=0)

    thread = threading.Thread(target=answer)
    thread.start()
    yield f"ipc://{tmp_path}/encrypted"
    stop.set()
    thread.join()


def test_who_has_the_keys_is_answered(encrypted, tmp_path):
    connection = Connection(encrypted, key_file(tmp_path), patience=5)
    assert connection.server == "played"
    connection.close()


def test_who_has_no_key_or_another_servers_is_not(encrypted, tmp_path):
    with pytest.raises(sextant.Unreachable):
        Connection(encrypted, patience=0.5)
    other = zmq.curve_keypair()[0].decode()
    with pytest.raises(sextant.Unreachable, match="does it list this key"):
        Connection(encrypted, key_file(tmp_path, server=other), patience=0.5)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mode": 0o644}, "may be read by others (chmod 600"),
        ({"secret": "short"}, "has no line 'secret' with a key of 40 characters"),
        ({"server": "~" * 40}, "holds a key that is none"),
    ],
)
def test_a_file_that_is_no_key_is_told(tmp_path, changes, words):
    path = key_file(tmp_path, **changes)
    with pytest.raises(sextant.SextantError) as caught:
        sextant.make("tcp://127.0.0.1:1", "dram-controller-v0", key=path)
    assert words in str(caught.value) and caught.value.code == "bad-key"
    with pytest.raises(sextant.SextantError, match="can't be read"):
        sextant.make("tcp://127.0.0.1:1", "dram-controller-v0", key=tmp_path / "none")
