"""The catalogue: changed through /api/models, acted on by every worker."""

import itertools
import json
import urllib.parse

import pytest

from each_worker import ask_each_worker
from polling import poll

marks = itertools.count(1)


@pytest.fixture(scope="module")
def shipped(module_stack):
    return module_stack.api("GET", "/api/models")["items"]


@pytest.fixture(autouse=True)
def shipped_again(stack, shipped):
    """Every test leaves the catalogue as it was, in every worker; a row as it was shown can be sent back."""
    yield
    now = {model["id"] for model in stack.api("GET", "/api/models")["items"]}
    restore(stack, shipped, now)
    wait_for_reload(stack)


def restore(stack, shipped, now):
    for model in now - {model["id"] for model in shipped}:
        stack.api("DELETE", path_of(model))
    for model in shipped:
        if model["limit_setting"]:
            del (model := dict(model))["daily_limit"]  # whatever the test has set it to
        if model["id"] in now:
            stack.api("PUT", path_of(model["id"]), model)
        else:
            stack.api("POST", "/api/models", model)


def path_of(model):
    return "/api/models/" + urllib.parse.quote(model, safe="")


def listed(body):
    return [model["id"] for model in json.loads(body)["data"]]


def wait_until_listed(stack, present=(), absent=()):
    """Every worker has the catalogue in which these names are, and those are not."""
    def everywhere():
        for status, body in ask_each_worker(stack, "/v1/models"):
            assert status == 200
            names = listed(body)
            assert set(present) <= set(names), "a worker does not know the new name"
            assert not set(absent) & set(names), "a worker still knows the old name"
        return True

    poll(everywhere, what="the catalogue is live in every worker")


def wait_for_reload(stack):
    """A change that cannot be seen from outside is live once a later one can be seen."""
    mark = f"mark-{next(marks)}"
    stack.api("POST", "/api/models", {"id": mark})
    wait_until_listed(stack, present=[mark])
    stack.api("DELETE", path_of(mark))


def add_model(stack, **fields):
    model = stack.api("POST", "/api/models", fields)
    wait_until_listed(stack, present=[fields["id"]])
    return model


def change_model(stack, model, **fields):
    changed = stack.api("PUT", path_of(model), fields)
    wait_for_reload(stack)
    return changed


def assert_refused(stack, model, sentence):
    """No account serves it; the sentence may be that of a moment ago."""
    def says_so():
        answer = stack.generate(model)
        if answer.status != 503:
            pytest.fail(f"answered with {answer.status}: {answer.body[:300]}")
        assert answer.json()["error"]["message"] == sentence
        return int(answer.header("Retry-After")) > 0

    poll(says_so, what="the reason is told")


def test_a_new_model_with_a_region_and_a_limit(stack, stand_in):
    stack.add_account(region="us")
    cn = stack.add_account(region="cn")
    add_model(stack, id="seed-5", regions=["cn"], daily_limit=2)
    for _ in range(2):
        assert stack.generate("seed-5").status == 200
    assert [request["account"] for request in stand_in.requests()] == [cn["session_id"]] * 2
    assert_refused(stack, "seed-5", "no account can serve seed-5: of 2, 1 at their daily limit, "
                                    "1 in a region that does not have the model")
    assert stack.account(cn["id"])["usage"] == {"seed-5": 2}


def test_aliases_and_wildcards_count_under_the_id(stack, stand_in, account):
    add_model(stack, id="seed-5", daily_limit=3, names=[{"name": "seed/five"}, {"name": "seed-5*"}])
    for asked in ("seed/five", "seed-5-fast", "seed-5"):
        assert stack.generate(asked).status == 200
        assert json.loads(stand_in.requests()[-1]["bytes"])["model"] == asked  # sent on as the client wrote it
    assert stack.account(account["id"])["usage"] == {"seed-5": 3}
    for asked in ("seed/five", "seed-5-pro", "seed-5"):
        assert_refused(stack, asked, "no account can serve seed-5: of 1, 1 at their daily limit")
    assert stack.generate("seed-4").status == 200


def test_a_wildcard_has_regions_of_its_own_and_the_longest_wins(stack, stand_in):
    tokens = {region: stack.add_account(region=region)["session_id"] for region in ("us", "cn")}
    add_model(stack, id="seed-5", regions=["us"], names=[
        {"name": "*", "regions": ["cn"]}, {"name": "seed-*", "regions": ["us"]}, {"name": "seed-*-pro", "regions": ["cn"]}])
    for asked, region in [("seed-5", "us"), ("seed-6", "us"), ("seed-6-pro", "cn"), ("gpt", "cn"),
                          ("jimeng-3.1", "cn"), ("seed-", "us")]:
        for _ in range(2):
            assert stack.generate(asked).status == 200
            assert stand_in.requests()[-1]["account"].removeprefix("us-") == tokens[region], asked


def test_limits_and_points_are_edited_live(stack, stand_in, account):
    add_model(stack, id="seed-5", daily_limit=1)
    served = lambda: stack.generate("seed-5").status == 200
    assert [served(), served()] == [True, False]
    assert change_model(stack, "seed-5", daily_limit=3)["daily_limit"] == 3
    assert [served(), served(), served()] == [True, True, False]
    assert change_model(stack, "seed-5", daily_limit=None)["daily_limit"] is None
    assert served()
    change_model(stack, "seed-5", daily_limit=4)
    assert not served()

    stand_in.set_points(**{account["session_id"]: 0})  # which the scheduler asks for some time after the requests
    stack.api("PUT", f"/api/accounts/{account['id']}", {"points": 0})
    change_model(stack, "seed-5", daily_limit=None)
    assert_refused(stack, "seed-5", "no account can serve seed-5: of 1, 1 without points")
    change_model(stack, "seed-5", needs_points=False)
    assert served()
    assert stack.account(account["id"])["usage"] == {"seed-5": 5}


def test_a_setting_for_a_limit_and_back(stack, stand_in, account):
    add_model(stack, id="seed-5", limit_setting="LIMIT_VIDEO_3_0")
    stack.change_settings(LIMIT_VIDEO_3_0=1)
    assert poll(lambda: stack.api("GET", "/api/models/seed-5")["daily_limit"] == 1)
    wait_for_reload(stack)
    assert [stack.generate("seed-5").status for _ in range(2)] == [200, 503]
    assert stack.generate("video-3.0").status == 200  # the number is shared, the count is not
    refused = stack.call("PUT", "/api/models/seed-5", {"daily_limit": 2})
    assert refused.status == 422
    assert "LIMIT_VIDEO_3_0" in refused.json()["detail"]
    change_model(stack, "seed-5", limit_setting=None, daily_limit=2)
    assert [stack.generate("seed-5").status for _ in range(2)] == [200, 503]


def test_a_shipped_model_is_edited_like_any_other(stack, stand_in):
    stack.add_account(region="us")
    cn = stack.add_account(region="cn")
    row = stack.api("GET", "/api/models/video-3.0")
    assert (row["limit_setting"], row["daily_limit"]) == ("LIMIT_VIDEO_3_0", 60)
    changed = stack.api("PUT", "/api/models/video-3.0", {
        **row, "limit_setting": None, "daily_limit": 1, "regions": ["cn"],
        "names": [*row["names"], {"name": "video-3.0-*"}]})
    assert changed["names"][-1] == {"name": "video-3.0-*", "regions": ["cn"], "send_as": None}
    wait_for_reload(stack)
    assert stack.generate("video-3.0-ultra").status == 200
    assert stand_in.only_request()["account"] == cn["session_id"]
    assert stack.account(cn["id"])["video_3_0_count"] == 1
    assert stack.generate("video-3.0").status == 503
    stack.api("PUT", "/api/models/video-3.0", row)
    assert stack.api("GET", "/api/models/video-3.0") == row
    wait_for_reload(stack)
    assert stack.generate("video-3.0").status == 200


def test_a_removed_model_is_one_that_nobody_knows(stack, stand_in):
    cn = stack.add_account(region="cn")
    us = stack.add_account(region="us")
    add_model(stack, id="seed-5", regions=["cn"], daily_limit=1, names=[{"name": "seed"}])
    assert [stack.generate("seed-5").status for _ in range(2)] == [200, 503]
    assert stack.api("DELETE", "/api/models/seed-5") == {"message": "Model deleted"}
    wait_until_listed(stack, absent=["seed-5", "seed"])
    assert [stack.generate("seed-5").status for _ in range(4)] == [200] * 4
    assert stack.account(cn["id"])["usage"]["seed-5"] == 3
    assert stack.account(us["id"])["usage"] == {"seed-5": 2}  # in any region, without a limit, by its own name
    assert stack.call("GET", "/api/models/seed-5").status == 404


def test_the_list_for_clients_has_every_name_that_one_can_ask_for(stack, stand_in):
    add_model(stack, id="seed-5 多模", names=[{"name": "seed/five"}, {"name": "seed-*"}, {"name": "*"}])
    answer = stack.v1("GET", "/v1/models")
    assert answer.status == 200
    names = listed(answer.body)
    assert names[-2:] == ["seed-5 多模", "seed/five"]
    assert not [name for name in names if "*" in name]
    assert stack.api("GET", path_of("seed-5 多模"))["names"][0]["name"] == "seed/five"
    stack.api("DELETE", path_of("seed-5 多模"))
    wait_until_listed(stack, absent=["seed-5 多模", "seed/five"])
    assert stand_in.requests() == []


def test_what_is_refused_says_why_and_changes_nothing(stack):
    before = stack.api("GET", "/api/models")
    for method, path, body, status, sentence in [
        ("POST", "/api/models", {"id": "video-3.0"}, 409, "the model video-3.0 already exists"),
        ("POST", "/api/models", {"id": "x", "names": [{"name": "jimeng-video-3.0"}]}, 409,
         "the name jimeng-video-3.0 already belongs to the model video-3.0"),
        ("POST", "/api/models", {"id": "x", "regions": []}, 422, "regions must not be empty"),
        ("PUT", "/api/models/video-3.0", {"colour": 1}, 422, '"colour" is not a known field'),
        ("PUT", "/api/models/no-such", {}, 404, "this model is not in the catalogue; it may have been deleted"),
        ("DELETE", "/api/models/no-such", None, 404, "this model is not in the catalogue; it may have been deleted"),
        ("PATCH", "/api/models/video-3.0", {}, 405, "this path takes GET, PUT, DELETE"),
    ]:
        answer = stack.call(method, path, body)
        assert (answer.status, answer.json()["detail"]) == (status, sentence)
    assert stack.api("GET", "/api/models") == before
