"""Verdict rules: a change is live in every worker within a second, the log names the rule that decided, and no rule
has sent again what may have been paid for."""

import pytest

from polling import poll

# The stand-in names its answers after what they mean; what is called otherwise here, or means more than one thing.
CALLED = {"client_picture": "client_image", "anti_bot": "request_failed", "own_proxy": "account_proxy"}
MEANS = {
    # The proxy's own words are taken for the provider's by the upstream.
    "a.own_proxy.407": "provider_ill",
    # The same words for a client's picture and for the provider's store: the client's is the more frequent.
    "a.provider_unreachable.picture.reset": "client_image",
    "a.provider_unreachable.first_frame.reset": "client_image",
    # A video was ordered by then.
    "a.provider_ill.read.video": "may_have_run",
}


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 3}


@pytest.fixture(autouse=True)
def shipped_rules(stack):
    yield
    for rule in stack.api("GET", "/api/verdict-rules")["items"]:
        if not rule["built_in"] or rule["changed"] or rule["moved"]:
            stack.api("DELETE", f"/api/verdict-rules/{rule['id']}")


def attempts_of(stack, answer):
    """As soon as the request is in the log."""
    request_id = answer.header("X-Dreamina-Request-Id")

    def there():
        reply = stack.call("GET", f"/api/requests/{request_id}")
        return reply.json()["attempts"] if reply.status == 200 else None

    return poll(there, 10, f"the request {request_id} is in the log")


def refuse_generations(stand_in):
    stand_in.script({"answer": "anti_bot", "dialect": "a"})


def judged_by(stack):
    return attempts_of(stack, stack.generate())[-1]["rule"]


def test_a_rule_is_live_in_every_worker_within_a_second(stack, stand_in, account):
    refuse_generations(stand_in)
    assert judged_by(stack) == "a.anti-bot"
    added = stack.api("POST", "/api/verdict-rules", {
        "id": "own.robot", "when": {"dialect": "A", "code": [-2001]}, "verdict": "content_refused"})
    assert added["order"] == 1 and not added["built_in"]
    poll(lambda: all(judged_by(stack) == "own.robot" for _ in range(12)), 2, "every worker judges by the new rule")
    attempts = attempts_of(stack, stack.generate())
    version = stack.api("GET", "/api/verdict-rules")["version"]
    assert [(a["rule"], a["rules_version"], a["verdict"]) for a in attempts] == [
        ("own.robot", version, "content_refused")]

    stack.api("PUT", "/api/verdict-rules/own.robot", {"mode": "off"})
    poll(lambda: all(judged_by(stack) == "a.anti-bot" for _ in range(12)), 2, "every worker passes it over")


def test_a_rule_that_only_counts_has_no_effect(stack, stand_in, account):
    refuse_generations(stand_in)
    stack.api("POST", "/api/verdict-rules", {
        "id": "own.trial", "when": {"dialect": "A", "code": [-2001]}, "verdict": "rate_limited", "mode": "count"})

    def counted():
        assert judged_by(stack) == "a.anti-bot"
        rule = stack.api("GET", "/api/verdict-rules/own.trial")
        return rule["counted"] and rule["counted"][0]["count"] >= 3

    poll(counted, 5, "it counts what it would have decided")
    assert stack.account(account["id"])["status"] == "active"


def test_a_failed_answer_is_kept_masked_and_shown_with_its_attempt(stack, stand_in, account):
    refuse_generations(stand_in)
    attempt = attempts_of(stack, stack.generate())[-1]
    assert attempt["sample"]["code"] == -2001 and "1019" in attempt["sample"]["message"]
    again = attempts_of(stack, stack.generate())[-1]
    assert again["sample"]["id"] == attempt["sample"]["id"]
    stand_in.script()
    assert attempts_of(stack, stack.generate())[-1]["sample"] is None
    stack.change_settings(VERDICT_SAMPLES=False)
    refuse_generations(stand_in)
    assert attempts_of(stack, stack.generate())[-1]["sample"] is None


def test_no_rule_has_sent_again_what_may_have_been_paid_for(stack, stand_in):
    for _ in range(3):
        stack.add_account()
    stand_in.script({"answer": "gateway_timeout"})
    stack.api("POST", "/api/verdict-rules", {
        "id": "own.retry", "when": {"status": "500-599"}, "verdict": "gateway_error"})
    poll(lambda: stack.api("POST", "/api/verdict-rules/explain", {"status": 503})["rule"] == "own.retry", 2,
         "the rule is in force")
    stand_in.clear()
    attempts = attempts_of(stack, stack.generate())
    assert [a["verdict"] for a in attempts] == ["may_have_run"]
    assert len(stand_in.requests()) == 1


def test_the_answers_of_both_upstreams_mean_what_their_names_say(stack, stand_in):
    wrong = {}
    for row in stand_in._control("GET", "/_answers").json():
        name = row["answer"]
        if not name.startswith(("a.", "b.")):
            continue
        answer = {"status": row["status"], "body": row["body"]}
        if ".own_proxy." in name:
            answer["proxy"] = "http://203.0.113.8:3128" if "not_found" not in name else "http://proxy.example:3128"
        meaning = name.split(".")[1]
        read = stack.api("POST", "/api/verdict-rules/explain", answer)
        if read["verdict"] != MEANS.get(name, CALLED.get(meaning, meaning)):
            wrong[name] = read["verdict"], read["rule"]
    assert wrong == {}
