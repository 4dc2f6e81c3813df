"""The form in which /api refuses."""


def refused(answer, *statuses):
    assert answer.status in statuses, f"{answer.status}: {answer.body[:400]}"
    assert answer.header("Content-Type").startswith("application/json")
    body = answer.json()
    # What nginx answers in place of a worker has no more than that.
    assert {"detail", "code"} <= set(body) <= {"detail", "code", "reason", "params", "fields", "faults"}
    assert body["detail"] and body["code"]
    assert len(answer.body) < 200_000
    return body
