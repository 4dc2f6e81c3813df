"""/v1/videos in OpenAI's form: OpenAI's own library creates, polls, downloads, lists and deletes, and the upstream is asked
on its own route in its own terms."""

import json
import os
import pathlib
import subprocess

import pytest

from generations import Client
from http_client import bearer, multipart, send
from polling import poll
from receiver import Receiver, assert_verifies
from stand_in import HELD

VIDEOS = "/v1/videos"
UPSTREAMS_OWN = "/v1/videos/generations"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 2, "config": {"ACCOUNT_MAX_CONCURRENCY": 1, "QUEUE_TIMEOUT": 60, "WEBHOOK_ALLOW_HOSTS": "127.0.0.1"}}


class VideoClient(Client):
    def create(self, headers=(), **asked):
        return self.send("POST", VIDEOS, json.dumps({"prompt": "a cat", **asked}).encode(), headers)

    def created(self, **asked):
        answer = self.create(**asked)
        assert answer.status == 200, (answer.status, answer.body)
        return answer.json()

    def video(self, number):
        return self.send("GET", f"{VIDEOS}/{number}")

    def content(self, number, query=""):
        return self.send("GET", f"{VIDEOS}/{number}/content{query}")

    def video_becomes(self, number, status):
        return poll(lambda: (seen := self.video(number).json())["status"] == status and seen, what=f"{number} is {status}")


@pytest.fixture
def client(stack):
    return VideoClient(stack)


@pytest.fixture
def held(stand_in):
    """The upstream answers once it is let."""
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})

    def let_go():
        stand_in.script()
        stand_in.release()

    yield let_go
    let_go()


def sent_body(stand_in):
    request = stand_in.only_request()
    assert request["target"] == UPSTREAMS_OWN
    return json.loads(request["bytes"])


def test_a_video_is_created_polled_and_fetched(stack, account, stand_in, client, held):
    asked = client.create(model="jimeng-video-3.0", seconds="10", size="1792x1024", seed=7)
    assert asked.status == 200
    video = asked.json()
    assert video.keys() == {"id", "object", "model", "status", "progress", "created_at", "completed_at", "expires_at",
                            "prompt", "seconds", "size", "remixed_from_video_id", "error"}
    assert (video["object"], video["model"], video["seconds"], video["size"]) == (
        "video", "jimeng-video-3.0", "10", "1792x1024")
    running = client.video_becomes(video["id"], "in_progress")
    assert running["error"] is running["completed_at"] is running["remixed_from_video_id"] is None
    shown = client.video(video["id"])
    assert shown.header("OpenAI-Poll-After-Ms") == "5000" and shown.header("Cache-Control") == "no-store"
    early = client.content(video["id"])
    assert (early.status, early.json()["error"]["code"]) == (409, "not_finished")
    held()
    done = client.video_becomes(video["id"], "completed")
    assert done["progress"] == 100 and done["completed_at"] and done["expires_at"]
    assert client.video(video["id"]).header("OpenAI-Poll-After-Ms") is None
    assert sent_body(stand_in) == {"model": "jimeng-video-3.0", "prompt": "a cat", "duration": 10, "ratio": "16:9",
                                   "resolution": "1080p", "seed": 7}
    content = client.content(video["id"])
    result = client.result(video["id"]).json()
    assert (content.status, content.header("Location")) == (302, result["data"][0]["url"])
    assert sum(stack.account(account["id"])["usage"].values()) == 1


def test_what_jimeng_api_refuses_otherwise_is_what_it_takes(stack, account, stand_in, client):
    stand_in.play("jimeng-api")
    try:
        form, body = multipart([("prompt", None, None, b"a cat"), ("model", None, None, b"jimeng-video-3.5-pro"),
                                ("seconds", None, None, b"12"), ("size", None, None, b"1280x720"),
                                ("input_reference", "a.png", "image/png", PNG)])
        asked = [send(stack.port, "POST", VIDEOS, body, [bearer(client.token), form]).json(),
                 client.created(seconds=5, input_reference={"image_url": "https://pictures.example/1.png"})]
        form, body = multipart([("prompt", None, None, b"a cat"), ("seconds", None, None, b"5"),
                                ("input_reference[image_url]", None, None, b"https://pictures.example/1.png")])
        asked.append(send(stack.port, "POST", VIDEOS, body, [bearer(client.token), form]).json())
        large = os.urandom(200_000)
        form, body = multipart([("input_reference", "a.png", "image/png", large), ("prompt", None, None, b"a cat")])
        asked.append(send(stack.port, "POST", VIDEOS, body, [bearer(client.token), form]).json())
        for video in asked:
            client.video_becomes(video["id"], "completed")
    finally:
        stand_in.play("anything")
    assert {request["target"] for request in stand_in.requests()} == {UPSTREAMS_OWN}


def test_what_cannot_be_made_is_refused_with_what_can(stack, account, stand_in, client):
    for asked, named in (({"seconds": "4"}, "seconds must be one of 5, 10, 12"), ({"size": "huge"}, "1280x720"),
                         ({"prompt": None}, "prompt"), ({"input_reference": {"file_id": "f"}}, "file_id")):
        refused = client.create(**asked)
        assert (refused.status, refused.json()["error"]["code"]) == (400, "invalid_parameter")
        assert named in refused.json()["error"]["message"]
    assert client.send("POST", VIDEOS, b"{").status == 400
    assert stand_in.requests() == []


def test_the_upstreams_own_route_is_not_in_its_shadow(stack, account, stand_in, client):
    plain = client.send("POST", UPSTREAMS_OWN, json.dumps({"prompt": "x", "seconds": "4"}).encode())
    assert plain.status == 200 and plain.json()["data"]
    assert json.loads(stand_in.only_request()["bytes"]) == {"prompt": "x", "seconds": "4"}
    assert client.send("GET", f"{UPSTREAMS_OWN}/7").status == 200
    assert stand_in.requests()[-1]["target"] == f"{UPSTREAMS_OWN}/7"


def test_what_no_upstream_can_do_says_so(stack, account, stand_in, client):
    number = client.created()["id"]
    client.video_becomes(number, "completed")
    for method, path in (("POST", f"{VIDEOS}/{number}/remix"), ("POST", f"{VIDEOS}/edits"), ("POST", f"{VIDEOS}/extensions"),
                         ("POST", f"{VIDEOS}/characters"), ("GET", f"{VIDEOS}/{number}/content?variant=spritesheet"),
                         ("GET", f"{VIDEOS}/{number}/content?variant=thumbnail")):
        refused = client.send(method, path, b"{}" if method == "POST" else None)
        assert (refused.status, refused.json()["error"]["code"]) == (404, "not_supported"), path
    assert client.content(number, "?variant=audio").status == 400
    assert client.send("PUT", VIDEOS, b"{}").status == 405
    assert client.video("video_1").json()["error"]["code"] == "not_found"
    assert len(stand_in.requests()) == 1


def test_a_failure_is_an_error_and_has_no_bytes(stack, account, stand_in, client):
    stand_in.script({"path": "/v1/*", "answer": "a.content_refused.-2006"})
    video = client.video_becomes(client.created()["id"], "failed")
    assert video["error"].keys() == {"code", "message"}
    assert video["error"]["code"] == "content_refused" and video["error"]["message"]
    assert client.content(video["id"]).json()["error"]["code"] == "no_video"


def test_others_videos_are_not_there_and_lists_go_both_ways(stack, account, client):
    one, other = (VideoClient(stack, stack.api("POST", "/api/keys", {"name": f"key {os.urandom(4).hex()}"})["key"])
                  for _ in range(2))
    numbers = [one.created()["id"] for _ in range(3)]
    for number in numbers:
        one.video_becomes(number, "completed")
    assert [each.video(numbers[0]).status for each in (one, other, client)] == [200, 404, 200]
    assert other.content(numbers[0]).status == other.send("DELETE", f"{VIDEOS}/{numbers[0]}").status == 404
    image = one.ended(one.queue("a picture"))["id"]
    assert one.video(image).status == one.content(image).status == 404

    def listed(query):
        answer = one.send("GET", f"{VIDEOS}?{query}").json()
        return [video["id"] for video in answer["data"]], answer["has_more"]

    assert listed("limit=2") == (numbers[:0:-1], True)
    assert listed(f"limit=2&after={numbers[1]}") == ([numbers[0]], False)
    assert listed(f"order=asc&after={numbers[0]}") == (numbers[1:], False)
    assert one.send("GET", f"{VIDEOS}?order=up").status == 400
    assert other.send("GET", VIDEOS).json()["data"] == []
    assert one.send("DELETE", f"{VIDEOS}/{numbers[0]}").json() == {"id": numbers[0], "object": "video.deleted",
                                                                   "deleted": True}
    assert one.video(numbers[0]).status == 404


def test_a_cancelled_video_says_so(stack, account, stand_in, client, held):
    running = client.created()["id"]
    client.video_becomes(running, "in_progress")
    waiting = client.created()["id"]
    assert client.cancel(waiting).status == 200
    assert client.video(waiting).json()["status"] == "cancelled"
    assert client.content(waiting).json()["error"]["code"] == "no_video"


def test_a_repeated_creation_is_the_same_video(stack, account, stand_in, client):
    same = ("Idempotency-Key", os.urandom(8).hex())
    first, again = (client.create([same], seconds="5") for _ in range(2))
    assert first.json()["id"] == again.json()["id"] and again.header("Idempotent-Replayed") == "true"
    assert client.create([same], seconds="10").status == 422
    client.video_becomes(first.json()["id"], "completed")
    assert len(stand_in.requests()) == 1


def test_its_end_is_told_as_openai_tells_it(stack, account, stand_in):
    receiver = Receiver()
    try:
        made = stack.api("POST", "/api/keys", {"name": f"key {os.urandom(4).hex()}"})
        secret = stack.api("PUT", f"/api/keys/{made['id']}/webhook", {"url": receiver.url})["secret"]
        stack.secrets.update({made["key"], secret})
        number = VideoClient(stack, made["key"]).created()["id"]
        (event,) = receiver.wait_for(1)
        assert_verifies(event, secret)
        told = json.loads(event.body)
        assert (told["object"], told["type"], told["data"]) == ("event", "video.completed", {"id": number})
    finally:
        receiver.stop()


# What openai-python's create_and_poll does, with openai-node: it waits as long as the header says, and returns at
# whatever is neither queued nor in progress.
LIBRARY = """
import OpenAI from 'openai'
const { origin, apiKey } = JSON.parse(process.env.ASKED)
const client = new OpenAI({ baseURL: `${origin}/v1`, apiKey, maxRetries: 0 })
async function createAndPoll(asked) {
  const { id } = await client.videos.create(asked)
  for (;;) {
    const { data, response } = await client.videos.retrieve(id).withResponse()
    if (data.status !== 'queued' && data.status !== 'in_progress') return data
    if (response.headers.get('openai-poll-after-ms') !== '5000') throw new Error('no poll interval')
    await new Promise((then) => setTimeout(then, 50))
  }
}
const code = (promise) => promise.then(() => 'none', (error) => `${error.status} ${error.code}`)
const video = await createAndPoll({ prompt: 'a cat', model: 'jimeng-video-3.5-pro', seconds: '12', size: '1280x720' })
const withPicture = await createAndPoll({ prompt: 'a cat', input_reference: new File(['PNG'], 'a.png') })
const withAddress = await createAndPoll({ prompt: 'a cat', input_reference: { image_url: 'https://a.example/1.png' } })
const content = await client.videos.downloadContent(video.id)
const bytes = (await content.arrayBuffer()).byteLength
const listed = []
for await (const each of client.videos.list({ limit: 1, order: 'asc' })) listed.push(each.id)
const deleted = await client.videos.delete(video.id)
console.log(JSON.stringify({
  videos: [video, withPicture, withAddress], bytes, listed, deleted,
  gone: await code(client.videos.retrieve(video.id)),
  remix: await code(client.videos.remix(withPicture.id, { prompt: 'a dog' })),
  wrong: await code(client.videos.create({ prompt: 'a cat', seconds: '4' })),
}))
"""


def test_openais_library_works_unchanged(stack, account, stand_in):
    page = pathlib.Path(__file__).resolve().parents[3] / "static"
    if not (page / "node_modules" / "openai").exists():
        pytest.skip("the page's packages are not installed: npm ci in static/")
    key = stack.api("POST", "/api/keys", {"name": f"key {os.urandom(4).hex()}"})["key"]
    stack.secrets.add(key)
    asked = json.dumps({"origin": f"http://127.0.0.1:{stack.port}", "apiKey": key})
    ran = subprocess.run(["node", "--input-type=module", "-e", LIBRARY], cwd=page, env={**os.environ, "ASKED": asked},
                         capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert [video["status"] for video in told["videos"]] == ["completed"] * 3
    assert [video["seconds"] for video in told["videos"]] == ["12", "5", "5"]
    assert told["bytes"] == 65536
    assert told["listed"] == [video["id"] for video in told["videos"]]
    assert told["deleted"] == {"id": told["videos"][0]["id"], "object": "video.deleted", "deleted": True}
    assert (told["gone"], told["remix"], told["wrong"]) == ("404 not_found", "404 not_supported", "400 invalid_parameter")
