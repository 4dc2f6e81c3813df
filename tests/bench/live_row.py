"""How long until every worker acts on a change: of the settings, of a key, of the catalogue."""

import itertools
import json
import time

from each_worker import ask_each_worker
from figure import Figure, listed
from polling import poll

names = (f"live-{number}" for number in itertools.count(1))


def live(setting):
    service, times = setting.service(), 3 if setting.quick else 10
    return [figure("a changed setting", [settings_seconds(service, 100 + number) for number in range(times)]),
            figure("a revoked key", [key_seconds(service) for _ in range(times)]),
            figure("a new model", [model_seconds(service) for _ in range(times)])]


def figure(what, values):
    return Figure("live", f"{what} is live in every worker", 1.0, 0.6, values, f"s: {listed(values, '{:.2f}')}", "s",
                  less_is_better=True, worst_counts=True)


def seconds_until(condition):
    begun = time.monotonic()
    poll(condition, every=0.005)
    return time.monotonic() - begun


def settings_seconds(service, queue_timeout):
    service.api("POST", "/api/settings", {"QUEUE_TIMEOUT": queue_timeout})
    return seconds_until(lambda: service.api("GET", "/api/settings/schema")["workers"]["up_to_date"] == service.workers)


def key_seconds(service):
    key = service.api("POST", "/api/keys", {"name": next(names)})

    def all_answer(status):
        return {given for given, _ in ask_each_worker(service, "/v1/models", key["key"])} == {status}

    poll(lambda: all_answer(200))
    service.api("POST", f"/api/keys/{key['id']}/revoke")
    return seconds_until(lambda: all_answer(401))


def model_seconds(service):
    model = next(names)
    service.api("POST", "/api/models", {"id": model})

    def all_list_it():
        return all(model in {listed["id"] for listed in json.loads(body)["data"]}
                   for _, body in ask_each_worker(service, "/v1/models"))

    seconds = seconds_until(all_list_it)
    service.api("DELETE", f"/api/models/{model}")
    return seconds
