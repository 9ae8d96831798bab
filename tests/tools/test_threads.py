"""Threads that are kept leave no more behind than they are."""

import ctypes
import threading

import postgast
import pytest

from tools.threads import Aside

LIBC = ctypes.CDLL(None)


def keys_left() -> int:
    """How many thread-local keys the process may still make."""
    made = []
    key = ctypes.c_uint()
    while LIBC.pthread_key_create(ctypes.byref(key), None) == 0:
        made.append(key.value)
    for one in made:
        LIBC.pthread_key_delete(one)
    return len(made)


def parse() -> str:
    postgast.parse("select 1")
    return threading.current_thread().name


def test_parsing_aside_does_not_use_up_the_keys_of_a_process() -> None:
    before, names = keys_left(), set()
    for _ in range(100):
        with Aside() as aside:
            calls = [aside.submit(parse) for _ in range(3)]
        names |= {call.result() for call in calls}
    assert before - keys_left() <= len(names) <= 64


def test_all_is_done_at_the_end() -> None:
    done: list[int] = []
    gate = threading.Event()

    def work() -> None:
        gate.wait(5)
        done.append(1)

    with pytest.raises(ZeroDivisionError), Aside() as aside:  # noqa: PT012 - what it waits for began inside
        aside.submit(work)
        gate.set()
        _ = 1 / 0
    assert done == [1]
