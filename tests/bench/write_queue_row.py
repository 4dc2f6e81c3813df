"""How long the workers' transactions take, as SQLite itself sees them in workers at full load."""

import statistics
import struct
import time

from figure import Figure, listed

# As transaction_times.cpp writes it: when it ended, how long it took (ns), how many reservations and settlements.
RECORD = struct.Struct("=qqq")


def write_queue(setting):
    library = setting.transaction_times_library()
    if not library.exists():
        raise FileNotFoundError(f"{library} is not built")
    folder = setting.folder / "transactions"
    folder.mkdir()
    service = setting.service("timed", environment={"LD_PRELOAD": str(library), "DREAMINA_BENCH_TRANSACTIONS": str(folder)})
    setting.new_script()
    setting.load(service.port, 1, what="write queue, warming up")
    runs = []
    for _ in range(setting.pairs(3)):
        begun = time.monotonic_ns()
        load = setting.load(service.port, setting.seconds(4), what="write queue")
        runs.append((load, [record for record in records(folder) if record[0] > begun]))
    setting.end_service("timed")
    p99s, longest = ([statistic(took for _, took, _ in found) / 1e6 for _, found in runs] for statistic in (p99, max))
    p50s = [statistics.median(took for _, took, _ in found) / 1e6 for _, found in runs]
    counts = [len(found) / load.seconds for load, found in runs]
    booked = [sum(bookings for _, _, bookings in found) / load.seconds for load, found in runs]
    said = (f"each BEGIN … COMMIT of both workers under 64 connections, waiting for the lock included: "
            f"{listed(counts)} a second with {listed(booked)} reservations and settlements; "
            f"p50 {listed(p50s, '{:.2f}')}, p99 {listed(p99s, '{:.2f}')}, max {listed(longest, '{:.2f}')} ms")
    return [Figure("write_queue", "reserve or settle transaction, p99", 5, 2, p99s, said, "ms", less_is_better=True),
            Figure("write_queue", "the same, max", 30, 10, longest, "the longest of each run", "ms", less_is_better=True,
                   worst_counts=True)]


def records(folder):
    for file in sorted(folder.iterdir()):
        data = file.read_bytes()
        yield from RECORD.iter_unpack(data[:len(data) // RECORD.size * RECORD.size])


def p99(values):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
