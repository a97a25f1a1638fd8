"""Private servers: found, started, stopped, and gone with whoever started them."""

import os
import subprocess
import sys
import time

import pytest
import sextant


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] != "Z"


def wait_until_gone(pid, seconds=20):
    end = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_alive(pid)


def test_a_server_ends_with_its_block(tmp_path):
    with sextant.start(["synthetic-dram10-v0"], log=tmp_path / "a.db") as server:
        with sextant.Study(server, "synthetic-dram10-v0") as study:
            study.evaluate()
        assert "Serving synthetic-dram10-v0" in server.messages
        pid = server.pid
    assert not is_alive(pid)
    assert len(sextant.read_log(tmp_path / "a.db")) == 1


@pytest.mark.parametrize("end", ["sys.exit(3)", "os.kill(os.getpid(), 9)"])
def test_a_server_ends_with_its_process(tmp_path, end):
    script = f"import os, sys, sextant; print(sextant.start(log={str(tmp_path / 'a.db')!r}).pid, flush=True); {end}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode in (3, -9)
    assert wait_until_gone(int(done.stdout))


def test_what_the_server_says_is_the_error(tmp_path):
    with pytest.raises(sextant.SextantError, match="dram-controller-v0"):
        sextant.start(["dram-controler-v0"], log=tmp_path / "a.db")
    (tmp_path / "text.db").write_text("no log, but a text that is long enough to be looked at")
    with pytest.raises(sextant.SextantError, match=r"text\.db"):
        sextant.start(log=tmp_path / "text.db")


def test_the_program_is_looked_for_where_it_is_named(monkeypatch, tmp_path):
    found = sextant.find_program()
    monkeypatch.setenv("SEXTANT", str(found))
    assert sextant.find_program() == found
    monkeypatch.setenv("SEXTANT", str(tmp_path / "none"))
    with pytest.raises(sextant.SextantError, match="there is no program"):
        sextant.find_program()
    assert sextant.find_program(found) == found
