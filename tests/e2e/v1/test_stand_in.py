"""The stand-in itself, asked as each of the upstreams that it plays."""

import base64
import json
import struct
import zlib

import pytest

from http_client import JSON_TYPE, bearer, begin_answer, connect, multipart, request_bytes, send
from stand_in import HELD, StandIn

OF_A = ["jimeng-api", "jimeng-api-old", "jimeng-api-fork"]
PROXY = "http://user:proxy-password@proxy.example:3128"
SESSION = "0123456789abcdef0123456789abcdef"
IMAGES = "/v1/images/generations"
VIDEOS = {"jimeng-api": "/v1/videos/generations", "jimeng-api-old": "/v1/videos/generations",
          "jimeng-api-fork": "/v1/videos/generations", "jimeng-api-go": "/v1/video/generations"}
FORM = ("Content-Type", "application/x-www-form-urlencoded")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    stand_in = StandIn(tmp_path_factory.mktemp("stand-in") / "stand-in.log", "--as", "jimeng-api")
    yield stand_in
    stand_in.stop()


@pytest.fixture
def play(running):
    """Plays an upstream without rules, requests and points of others."""
    def play_as(name, **dialect):
        running.play(name, **dialect)
        running.script()
        running.clear()
        return running
    return play_as


def get(stand_in, path, method="GET"):
    return send(stand_in.port, method, path)


def post(stand_in, path, body=None, token="us-" + SESSION, headers=(JSON_TYPE,)):
    if isinstance(body, (dict, list)):
        body = json.dumps(body).encode()
    elif isinstance(body, str):
        body = body.encode()
    authorization = [] if token is None else [bearer(token)]
    return send(stand_in.port, "POST", path, body, [*authorization, *headers])


def generate(stand_in, model="jimeng-4.0", path=IMAGES, **how):
    return post(stand_in, path, {"model": model, "prompt": "a lighthouse"}, **how)


def failed_as_a(answer, code, message=None, status=200):
    assert (answer.status, answer.json()["code"], answer.json()["data"]) == (status, code, None), answer.body.decode()
    assert message is None or answer.json()["message"] == message
    return True


def failed_as_b(answer, status, error):
    return (answer.status, answer.json()) == (status, {"error": error})


# --- who it is ----------------------------------------------------------------------------------------


def test_each_upstream_is_known_by_its_own_routes(play):
    for name in OF_A:
        front = get(play(name), "/").json()
        assert (front["service"], front["version"]) == ("jimeng-api", "1.6.3")
        assert ("chat" in front["endpoints"]) == (name == "jimeng-api-old")
    front = get(play("jimeng-api-go"), "/")
    assert front.header("Content-Type").startswith("text/html") and b"Go Version" in front.body
    for name in [*OF_A, "jimeng-api-go"]:
        assert get(play(name), "/ping").body == b"pong"
        assert get(play(name), "/v1/models").json()["data"][0]["id"] == "jimeng"


@pytest.mark.parametrize("path", ["/v1/ping", "/v1/images/edits", "/v1/video/generations", "/v1/chat/completions",
                                  "//v1/images/generations", "/token/other?x=1"])
def test_a_says_200_and_quotes_the_path_where_it_has_no_route(play, path):
    sentence = f"[请求有误]: 请检查API文档确认正确的请求路径，当前请求为 POST -> {path} 请纠正"
    assert failed_as_a(post(play("jimeng-api"), path, {"model": "jimeng-4.0", "prompt": "x"}), -1000, sentence)


def test_a_router_knows_neither_case_nor_a_slash_at_the_end(play):
    assert "url" in generate(play("jimeng-api"), path="/V1/Images/Generations/").json()["data"][0]


@pytest.mark.parametrize("path", ["/v1/ping", "/v1/videos/generations", "/token/receive", "/V1/images/generations"])
def test_b_has_a_404_for_other_routes(play, path):
    answer = post(play("jimeng-api-go"), path, {"model": "jimeng-4.0", "prompt": "x"})
    assert (answer.status, answer.body) == (404, b"404 page not found")


def test_it_changes_roles_while_it_runs_and_refuses_unknown_ones(play):
    stand_in = play("jimeng-api-go")
    assert stand_in._control("GET", "/_as").json() == {"as": "jimeng-api-go", "dialect": "b"}
    assert send(stand_in.port, "POST", "/_as", b'{"as": "nobody"}').status == 400
    assert send(stand_in.port, "POST", "/_as", b'{"as": "jimeng-api", "dialect": "b"}').status == 400
    assert play("anything", dialect="b")._control("GET", "/_as").json() == {"as": "anything", "dialect": "b"}
    assert post(play("anything"), "/v1/any", "as it is", headers=[("Content-Type", "text/x-any")]).body == b"as it is"


# --- how it reads -------------------------------------------------------------------------------------


def model_taken(stand_in, path, body, headers=(JSON_TYPE,)):
    stand_in.clear()
    post(stand_in, path, body, headers=headers)
    return stand_in.only_request()["model"]


@pytest.mark.parametrize("body, model", [
    ('{"model": "one", "model": "two", "prompt": "x"}', "two"),
    ("{'model': 'single', 'prompt': 'x'}", "single"),
    ('{model: "bare", prompt: "x",}', "bare"),
    ('{"model": "commas", "prompt": "x",,}', "commas"),
    ('{"model": "one", model: "bare", "prompt": "x"}', "bare"),
    ('\ufeff{"model":\u00a0"blanks\u200b", "prompt": "x"}', "blanks "),
    ('{"Model": "other case", "prompt": "x"}', "jimeng-4.5"),
    ('{"prompt": "x"}', "jimeng-4.5"),
    ('{"model": "", "prompt": "x"}', ""),
    ('{"model": null, "prompt": "x"}', ""),
    ('[{"model": "in a list"}]', "jimeng-4.5"),
])
def test_a_repairs_json(play, body, model):
    assert model_taken(play("jimeng-api"), IMAGES, body) == model


@pytest.mark.parametrize("body, model", [
    ('{"model": "one", "MODEL": "two", "prompt": "x"}', "two"),
    ('{"MoDeL": "any case", "prompt": "x"}', "any case"),
    ('{"model": "kept", "model": null, "prompt": "x"}', "kept"),
    ('{"model": "first value", "prompt": "x"} {"model": "second"}', "first value"),
    ('{"prompt": "x"}', "jimeng-4.0"),
    ('{"model": "", "prompt": "x"}', "jimeng-4.0"),
    ('{"inner": {"model": "deeper"}, "list": [{"model": "in a list"}], "prompt": "x"}', "jimeng-4.0"),
])
def test_b_reads_json_as_go_does(play, body, model):
    assert model_taken(play("jimeng-api-go"), IMAGES, body) == model
    assert model_taken(play("jimeng-api-go"), IMAGES, body, headers=[FORM]) == model  # whatever the type


def test_a_reads_forms_and_makes_a_list_of_repetitions(play):
    stand_in = play("jimeng-api")
    assert model_taken(stand_in, IMAGES, "prompt=x&model=jimeng%2D4.1", [FORM]) == "jimeng-4.1"
    assert failed_as_a(post(stand_in, IMAGES, "prompt=x&model=a&model=b", headers=[FORM]), -2000, "Params body.model invalid")
    header, body = multipart([("model", None, None, b"jimeng-4.1"), ("prompt", None, None, b"x")])
    assert model_taken(stand_in, IMAGES, body, [header]) == "jimeng-4.1"
    for other in ([("Content-Type", "text/plain")], []):
        assert failed_as_a(post(stand_in, IMAGES, {"prompt": "x"}, headers=other), -2000, "Params body.prompt invalid")


def test_b_takes_the_first_value_of_a_form(play):
    header, body = multipart([("model", None, None, b"jimeng-4.1"), ("model", None, None, b"nanobanana"),
                              ("prompt", None, None, b"x"), ("image", "1.png", "image/png", b"1")])
    stand_in = play("jimeng-api-go")
    assert model_taken(stand_in, "/v1/images/edits", body, [header]) == "jimeng-4.1"


@pytest.mark.parametrize("model, name", [("jimeng-4.1:1024x1024", "jimeng-4.1"), ("nanobanana", "nanobanana")])
@pytest.mark.parametrize("upstream", ["jimeng-api-go", "jimeng-api-old"])
def test_a_chat_model_may_have_a_size(play, upstream, model, name):
    body = json.dumps({"model": model, "messages": [{"role": "user", "content": "x"}]})
    assert model_taken(play(upstream), "/v1/chat/completions", body) == name


def test_json_that_is_none(play):
    a = play("jimeng-api")
    assert failed_as_a(post(a, IMAGES, ""), -1000, "无效的JSON格式: Unexpected end of JSON input")
    quoted = post(a, IMAGES, "hello")
    assert failed_as_a(quoted, -1000, "无效的JSON格式: Unexpected token 'h', \"hello\" is not valid JSON")
    assert failed_as_a(post(a, IMAGES, None), -2000, "Params body.prompt invalid")
    b = play("jimeng-api-go")
    assert failed_as_b(post(b, IMAGES, ""), 400, "EOF")
    assert post(b, IMAGES, "hello").status == 400


# --- what it refuses ----------------------------------------------------------------------------------


def test_a_refuses_openai_sizes(play):
    answer = post(play("jimeng-api"), IMAGES, {"prompt": "x", "width": 1, "size": "1024x1024"})
    assert failed_as_a(answer, -1000, "不支持的参数: size, width。请使用 ratio 和 resolution 参数控制图像尺寸。")
    assert len(post(play("jimeng-api-go"), IMAGES, {"prompt": "x", "size": "1024x1024", "n": 2}).json()["data"]) == 2


def test_models_and_regions(play):
    a = play("jimeng-api")
    assert "jimeng-5.0, jimeng-4.6" in generate(a, "gpt-image-1", token="hk-1").json()["message"]
    assert failed_as_a(generate(a, "ECONN", token="us-1"), -1000,
                       '国际版不支持模型 "ECONN"。支持的模型: jimeng-4.5, jimeng-4.1, jimeng-4.0, jimeng-3.0, nanobanana, '
                       "nanobananapro")
    assert generate(a, "nanobanana", token="1").json()["data"]  # at home A takes its default in silence
    assert generate(a, "nonsense", path=VIDEOS["jimeng-api"], token="us-1").json()["data"]
    b = play("jimeng-api-go")
    assert generate(b, "gpt-image-1").status == 500
    assert generate(b, "gpt-image-1").json()["error"].startswith('[API_REQUEST_PARAMS_INVALID] 国际版不支持模型 "gpt-image-1"')
    assert failed_as_b(generate(b, "nanobanana", token="1"), 500, "国内站不支持nanobanana模型,请使用jimeng系列模型")


def test_who_comes_without_a_token(play):
    assert failed_as_a(generate(play("jimeng-api"), token=None), -2000, "Params headers.authorization invalid")
    assert failed_as_b(generate(play("jimeng-api-go"), token=None), 401, "缺少 Authorization")


def test_compositions_want_pictures(play):
    a = play("jimeng-api")
    made = post(a, "/v1/images/compositions", {"prompt": "x", "images": [{"url": "http://a.example/1"}, "data:image/png;base64,AA"]})
    assert made.json()["input_images"] == 2
    header, body = multipart([("prompt", None, None, b"x"), ("image", "1.png", "image/png", b"1")])
    assert failed_as_a(post(a, "/v1/images/compositions", body, headers=[header]), -1000, "在form-data中缺少 'images' 字段")
    b = play("jimeng-api-go")
    assert "不支持的图片输入类型" in post(b, "/v1/images/compositions", {"prompt": "x", "images": [{"url": "http://a"}]}).json()["error"]
    assert post(b, "/v1/images/edits", body, headers=[header]).json()["data"]
    header, body = multipart([("prompt", None, None, b"x"), ("image[]", "1.png", "image/png", b"1")])
    assert failed_as_b(post(b, "/v1/images/edits", body, headers=[header]), 400, "缺少图片")


# --- what it answers by name --------------------------------------------------------------------------


def all_names(stand_in):
    return [row for row in stand_in._control("GET", "/_answers").json() if "status" in row]


def test_every_name_answers_in_its_upstreams_form(play):
    stand_in = play("jimeng-api")
    rows = all_names(stand_in)
    assert len({row["answer"] for row in rows}) == len(rows) > 120
    for row in rows:
        name = row["answer"]
        stand_in.script({"answer": name})
        answer = generate(stand_in)
        assert answer.status == row["status"], name
        if name.startswith("a."):
            assert set(answer.json()) == {"code", "message", "data"} and answer.json()["code"] < 0, name
            assert answer.json()["message"] and not answer.json()["message"].count("{"), name
        elif name.startswith("b."):
            assert set(answer.json()) == {"error"} and answer.status >= 400, name
        else:
            assert name.startswith("gateway."), name


@pytest.mark.parametrize("name, code, message", [
    ("a.session_expired.-2002", -2002, "[登录失效]: login error。请重新获取refresh_token并更新配置"),
    ("a.session_expired.34010105", -2001, "[请求失败]: login error (错误码: 34010105)"),
    ("a.points_used_up.1006", -2001, "[请求失败]: not enough credits (错误码: 1006)"),
    ("a.content_refused.2038", -2007, "图像生成失败，状态码: 30，错误码: 2038"),
    ("a.provider_unreachable.reset", -1000, "read ECONNRESET"),
])
def test_a_fails_with_200(play, name, code, message):
    stand_in = play("jimeng-api")
    stand_in.script({"answer": name})
    assert failed_as_a(generate(stand_in), code, message)


@pytest.mark.parametrize("name, status", [("a.session_expired.-2002", 401), ("a.points_used_up.-2009", 402),
                                          ("a.bad_parameters.-2000", 400), ("a.anti_bot.1019", 500)])
def test_the_fork_has_true_statuses(play, name, status):
    stand_in = play("jimeng-api-fork")
    stand_in.script({"answer": name})
    answer = generate(stand_in)
    assert failed_as_a(answer, answer.json()["code"], status=status)
    stand_in.script()
    assert failed_as_a(get(stand_in, "/v1/ping"), -1000, status=400)


@pytest.mark.parametrize("name, status, error", [
    ("b.session_expired.401", 401, "[API_TOKEN_EXPIRES] [登录失效]: login error。请重新获取refresh_token并更新配置"),
    ("b.session_expired.34010105", 429, "[API_REQUEST_FAILED] [操作失败]: login error (错误码: 34010105)"),
    ("b.provider_ill.404", 404, "[API_REQUEST_FAILED] [资源不存在]: 目标接口不可用"),
    ("b.anti_bot.500", 500, "[API_REQUEST_FAILED] [POST /mweb/v1/aigc_draft/generate失败]: invalid character '<' looking "
                            "for beginning of value"),
])
def test_b_fails_with_a_status(play, name, status, error):
    stand_in = play("jimeng-api-go")
    stand_in.script({"answer": name})
    assert failed_as_b(generate(stand_in), status, error)


def test_what_the_client_wrote_is_quoted(play):
    stand_in = play("jimeng-api")
    stand_in.script({"answer": "a.model_not_in_region.international"})
    assert '国际版不支持模型 "ECONN"' in generate(stand_in, "ECONN").json()["message"]
    stand_in.script({"answer": "a.own_proxy.refused"})
    assert failed_as_a(generate(stand_in, token=f"{PROXY}@us-1"), -1000, "connect ECONNREFUSED proxy.example:3128")
    stand_in.script({"answer": "a.client_picture.quoted"})
    pictures = {"prompt": "x", "images": ["http://connect.example/ECONNRESET"]}
    assert post(stand_in, "/v1/images/compositions", pictures).json()["message"].endswith("http://connect.example/ECONNRESET")


def test_headers_are_added_to_a_named_answer(play):
    stand_in = play("jimeng-api")
    stand_in.script({"answer": "gateway.429", "headers": {"Retry-After": "7"}})
    answer = generate(stand_in)
    assert (answer.status, answer.header("Retry-After")) == (429, "7")
    refused = send(stand_in.port, "POST", "/_script", b'[{"answer": "a.anti_bot.-4", "dialect": "b"}]')
    assert refused.status == 400 and "dialect" in refused.json()["error"]


# --- event streams ------------------------------------------------------------------------------------


def stream(stand_in, model="jimeng-4.0", content="x", after_first=lambda: None):
    """The events' data. `after_first` is called once the first of them is there."""
    body = json.dumps({"model": model, "stream": True, "messages": [{"role": "user", "content": content}]}).encode()
    events = []
    with connect(stand_in.port) as connection:
        connection.sendall(request_bytes(stand_in.port, "POST", "/v1/chat/completions", body, [bearer("us-1"), JSON_TYPE]))
        answer = begin_answer(connection, "POST")
        assert (answer.status, answer.headers["Content-Type"].split(";")[0]) == (200, "text/event-stream")
        for line in answer:
            if line.startswith(b"data: "):
                events.append(line[6:].strip().decode())
                if len(events) == 1:
                    after_first()
    return events


def texts(events):
    assert events[-1] == "[DONE]"
    choices = [json.loads(data)["choices"][0] for data in events[:-1]]
    assert choices[-1]["finish_reason"] == "stop"
    return [choice["delta"]["content"] for choice in choices]


@pytest.mark.parametrize("upstream, name, text", [
    ("jimeng-api-go", "b.session_expired.34010105", "[API_REQUEST_FAILED] [操作失败]: login error (错误码: 34010105)"),
    ("jimeng-api-old", "a.session_expired.34010105", "[请求失败]: login error (错误码: 34010105)"),
])
def test_a_stream_begins_before_it_fails(play, upstream, name, text):
    stand_in = play(upstream)
    stand_in.script({"answer": name, "delay_ms": HELD})
    events = stream(stand_in, after_first=stand_in.release)
    assert texts(events) == ["🎨 图像生成中，请稍候...", f"生成图片失败: {text}"]
    stand_in.script({"answer": name})
    assert f"视频生成过程中遇到问题: {text}" in texts(stream(stand_in, "jimeng-video-3.0"))[-1]


@pytest.mark.parametrize("upstream", ["jimeng-api-go", "jimeng-api-old"])
def test_a_stream_that_succeeds(play, upstream):
    stand_in = play(upstream)
    assert "![image_0](http://" in texts(stream(stand_in))[1]
    assert "视频生成完成" in texts(stream(stand_in, "jimeng-video-3.0"))[2]
    assert stand_in.counts()["succeeded"] == 2


def test_a_video_that_fails_may_be_told_in_a_whole_answer(play):
    stand_in = play("jimeng-api-old")
    stand_in.script({"answer": "a.provider_unreachable.hang_up"})
    body = {"model": "jimeng-video-3.0", "messages": [{"role": "user", "content": "x"}]}
    answer = post(stand_in, "/v1/chat/completions", body)
    assert answer.status == 200
    assert answer.json()["choices"][0]["message"]["content"].startswith("生成视频失败: socket hang up")
    assert stand_in.counts()["succeeded"] == 0


def test_what_is_refused_before_the_stream_begins(play):
    stand_in = play("jimeng-api-go")
    listed = {"model": "jimeng-4.0", "stream": True, "messages": [{"role": "user", "content": [{"type": "text"}]}]}
    assert post(stand_in, "/v1/chat/completions", listed).status == 400
    assert "国际版不支持模型" in texts(stream(stand_in, "gpt-4"))[-1]


# --- tokens -------------------------------------------------------------------------------------------


def test_points_in_both_forms(play):
    a = play("jimeng-api")
    a.set_points(p1={"gift": 3, "purchase": 2, "vip": 1})
    assert post(a, "/token/points", token="us-p1").json() == [
        {"token": "us-p1", "points": {"giftCredit": 3, "purchaseCredit": 2, "vipCredit": 1, "totalCredit": 6}}]
    b = play("jimeng-api-go")
    assert post(b, "/token/points", token="us-p1").json() == [
        {"token": "us-p1", "points": {"gift_credit": 3, "purchase_credit": 2, "vip_credit": 1, "total_credit": 6}}]


def test_one_bad_token_fails_all_of_a_and_a_row_of_b(play):
    a = play("jimeng-api")
    a.set_points(p2=5, dead="a.session_expired.34010105")
    assert failed_as_a(post(a, "/token/points", token="us-p2,us-dead"), -2001, "[请求失败]: login error (错误码: 34010105)")
    b = play("jimeng-api-go")
    b.set_points(p2=5, dead="b.session_expired.401")
    rows = post(b, "/token/points", token="us-p2,us-dead").json()
    assert rows[0]["points"]["total_credit"] == 5
    assert rows[1] == {"token": "us-dead", "error": "[API_TOKEN_EXPIRES] [登录失效]: login error。请重新获取refresh_token并更新配置"}


def test_a_check_calls_nobody_alive(play):
    assert post(play("jimeng-api"), "/token/check", {"token": "us-1"}).json() == {"live": False}
    b = play("jimeng-api-go")
    b.set_points(dead="b.session_expired.401")
    assert post(b, "/token/check", {"token": "us-1"}).json() == {"live": True}
    assert post(b, "/token/check", {"token": "us-dead"}).status == 401


def test_receiving_claims_only_where_nothing_is_left(play):
    a = play("jimeng-api")
    a.set_points(rich=5, poor=0, refused={"daily": 0})
    rows = post(a, "/token/receive", token="us-rich,us-poor,us-refused", headers=[]).json()
    assert [(row["received"], row["credits"]["totalCredit"]) for row in rows] == [(False, 5), (True, 60), (False, 0)]
    assert rows[2]["error"] == "[请求失败]: already received (错误码: 1014)" and "error" not in rows[0]


def test_older_forms_of_received_points(play):
    old = play("jimeng-api-old")
    old.set_points(poor=0, number={"row": "number"}, bare={"gift": 1, "row": "bare"})
    rows = post(old, "/token/receive", token="us-poor,us-number,us-bare", headers=[]).json()
    assert rows[0] == {"token": "us-poor", "received": True, "receivedQuota": 60}
    assert rows[1] == {"token": "us-number", "credits": 60, "received": True}
    assert set(rows[2]) == {"token", "credits"} and rows[2]["credits"]["totalCredit"] == 61


def test_a_token_without_points_makes_nothing(play):
    a = play("jimeng-api")
    a.set_points(empty={"daily": 0}, poor=0, dead="a.session_expired.-2002")
    assert failed_as_a(generate(a, "nanobanana", token="us-empty"), -2009)
    assert failed_as_a(generate(a, path=VIDEOS["jimeng-api"], token="us-empty"), -2008)
    assert generate(a, token="us-poor").json()["data"]  # it receives today's first
    assert failed_as_a(generate(a, token="us-dead"), -2002)
    b = play("jimeng-api-go")
    b.set_points(empty={"daily": 0})
    assert "错误码: 1006" in generate(b, token="us-empty").json()["error"]
    assert generate(b, "nanobanana", token="us-empty").json()["data"]


@pytest.mark.parametrize("upstream, leaks", [("jimeng-api", 0), ("jimeng-api-fork", 0), ("jimeng-api-old", 2),
                                             ("jimeng-api-go", 2)])
def test_a_proxy_that_would_go_to_the_provider_is_told(play, upstream, leaks):
    stand_in = play(upstream)
    generate(stand_in, token=f"{PROXY}@us-1")
    post(stand_in, "/token/points", token=f"{PROXY}@us-1", headers=[])
    assert stand_in.counts()["leaked"] == leaks
    assert [PROXY in request.get("leaked", "") for request in stand_in.requests()] == [leaks > 0]


def test_of_several_tokens_one_is_drawn(play):
    stand_in = play("jimeng-api")
    stand_in.set_points(d1="a.session_expired.-2002", d2="a.anti_bot.1019")
    seen = {generate(stand_in, token="us-d1,us-d2").json()["code"] for _ in range(40)}
    assert seen == {-2002, -2001}


# --- pictures -----------------------------------------------------------------------------------------


def pixels_of(png):
    """Width, height, and the lines as they are before compression; each chunk's checksum must be right."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(png):
        length, name = struct.unpack_from(">I4s", png, at)
        data = png[at + 8:at + 8 + length]
        assert struct.unpack_from(">I", png, at + 8 + length)[0] == zlib.crc32(name + data)
        chunks[name] = data
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"] and len(chunks[b"PLTE"]) == 3 * 256
    width, height, *form = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert form == [8, 3, 0, 0, 0]
    return width, height, zlib.decompress(chunks[b"IDAT"])


def test_with_pictures_its_answers_lead_to_real_ones(tmp_path):
    stand_in = StandIn(tmp_path / "stand-in.log", "--pictures")
    try:
        urls = [generate(stand_in).json()["data"][0]["url"] for _ in range(2)]
        urls.append(generate(stand_in, path="/v1/videos/generations").json()["data"][0]["url"])
        assert urls == [f"{stand_in.url}{path}" for path in ("/_picture/1.png", "/_picture/2.png", "/_film/3.mp4")]
        first, second, film = (get(stand_in, url.removeprefix(stand_in.url)) for url in urls)
        for picture in (first, second):
            width, height, lines = pixels_of(picture.body)
            assert len(lines) == (width + 1) * height and max(width, height) == 256
        assert first.body != second.body and first.body == get(stand_in, "/_picture/1.png").body
        assert film.body[4:12] == b"ftypisom"
        assert [each.header("Content-Type") for each in (first, second, film)] == ["image/png", "image/png", "video/mp4"]
        sent = post(stand_in, IMAGES, {"model": "jimeng-4.0", "prompt": "x", "response_format": "b64_json"}).json()
        assert base64.b64decode(sent["data"][0]["b64_json"]) == get(stand_in, "/_picture/4.png").body
        assert get(stand_in, "/_picture/one.png").status == 400
    finally:
        stand_in.stop()
