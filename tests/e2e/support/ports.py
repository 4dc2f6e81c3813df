"""Ports for what the tests start later: no other process takes them meanwhile."""

import fcntl
import os
import pathlib
import random
import socket
import tempfile

LOWEST = 10_000
taken = []  # the locks, for as long as this process runs


def first_port_of_clients():
    """From there on the kernel gives ports to connections, and one that listens later could find its own gone."""
    return int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])


def free_port():
    folder = pathlib.Path(tempfile.gettempdir()) / f"dreamina-test-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    while True:
        port = random.randrange(LOWEST, first_port_of_clients())
        lock = open(folder / str(port), "w")
        try:
            # Other test processes look for ports at the same time.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            lock.close()
            continue
        taken.append(lock)
        return port
