#include <future>

#include "core/storage/stores/api_key_store.hpp"
#include "proxy/forwarding_service.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view picture = R"({"created":1,"data":[{"url":"https://x/1.png"}]})";
constexpr std::string_view json = "Content-Type: application/json\r\n";

/// Answers all requests alike.
LocalServer::Work always(int status, std::string body, std::string headers = std::string{json})
{
    return [=](LocalServer::Connection& connection) {
        while (!connection.request().empty()) connection.answer(status, body, headers);
    };
}

/// … and counts them.
struct Counted {
    std::atomic<int> received = 0;
    LocalServer::Work always(int status, std::string body, std::string headers = std::string{json})
    {
        return [=, this](LocalServer::Connection& connection) {
            while (!connection.request().empty()) {
                ++received;
                connection.answer(status, body, headers);
            }
        };
    }
};

/// One answer after the other, whatever connection they go over; the last one for all that follow.
class OneAfterTheOther {
public:
    struct Answer {
        int status = 200;
        std::string body = std::string{picture};
        std::string headers = std::string{json};
    };
    explicit OneAfterTheOther(std::vector<Answer> answers) : answers_(std::move(answers)) {}
    LocalServer::Work work()
    {
        return [this](LocalServer::Connection& connection) {
            while (!connection.request().empty()) {
                const auto at = static_cast<std::size_t>(received++);
                const Answer& answer = answers_[std::min(at, answers_.size() - 1)];
                connection.answer(answer.status, answer.body, answer.headers);
            }
        };
    }
    std::atomic<int> received = 0;

private:
    std::vector<Answer> answers_;
};

/// A chat's stream of these pieces.
LocalServer::Work streams(std::vector<std::string> pieces)
{
    return [=](LocalServer::Connection& connection) {
        while (!connection.request().empty()) {
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (const std::string& piece : pieces) connection.send(fmt::format("{:x}\r\n{}\r\n", piece.size(), piece));
            connection.send("0\r\n\r\n");
        }
    };
}

std::string said(std::string_view content)
{
    return fmt::format("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{}\"}}}}]}}\n\n", content);
}

}  // namespace

TEST_CASE("a kept connection that is cut after the request was read: received once, 502, counted, logged, and no retry")
{
    std::atomic<int> received = 0;
    ForwardingService service{[&](LocalServer::Connection& connection) {
        if (connection.request().empty()) return;
        ++received;
        connection.answer(200, picture, json);
        if (!connection.request().empty()) ++received;
    }};
    Came came = service.ask();
    int asked = 1;
    for (; came.status() == 200 && asked < 100; ++asked) came = service.ask();  // until one goes over a kept connection
    CHECK(received == asked);
    CHECK(came.status() == 502);
    CHECK(came.body().find("upstream_cut") != std::string::npos);
    CHECK(came.header("X-Should-Retry") == "false");
    CHECK(came.header("X-Dreamina-Attempts") == "1");
    CHECK(service.calls(1) == asked);
    CHECK(service.account(1).error_count == 1);
    CHECK(service.logged("outcome") == "interrupted");
    CHECK(service.logged("status") == "502");
    CHECK(service.logged("reason") == "cut");
}

TEST_CASE("an upstream that could not be reached was not asked: another try makes sense")
{
    ForwardingService service{always(200, "")};
    service.server.reset();
    const Came came = service.ask();
    CHECK(came.status() == 502);
    CHECK(came.header("X-Should-Retry") == "true");
    CHECK(service.calls(1) == 0);
}

TEST_CASE("where all attempts were used the client is told not to try again, and gets the last answer untouched")
{
    Counted counted;
    ForwardingService service{counted.always(500, R"({"error":"last"})",
                                             "Content-Type: application/json\r\nX-Own: 1\r\n"
                                             "X-Should-Retry: true\r\n"),
                              5};
    service.change({{"MAX_ATTEMPTS", std::int64_t{3}}});
    const Came came = service.ask();
    CHECK(counted.received == 3);
    CHECK(came.status() == 500);
    CHECK(came.body() == R"({"error":"last"})");
    CHECK(came.header("X-Own") == "1");
    CHECK(came.header("X-Should-Retry") == "false");
    CHECK(came.said.find("X-Should-Retry: true") == std::string::npos);
}

TEST_CASE("a good answer is a generation: no library is to repeat it")
{
    ForwardingService service{always(200, std::string{picture})};
    const Came came = service.ask();
    CHECK(came.body() == picture);
    CHECK(came.header("X-Should-Retry") == "false");
    CHECK(service.logged("outcome") == "success");
}

TEST_CASE("the upstream is asked for gzip where the client takes it, else for no encoding")
{
    std::string asked;
    ForwardingService service{[&](LocalServer::Connection& connection) {
        for (std::string request; !(request = connection.request()).empty(); connection.answer(200, picture, json))
            asked = request;
    }};
    service.ask("{}", {{"Accept-Encoding", "br, gzip"}});
    CHECK(asked.find("\r\nAccept-Encoding: gzip\r\n") != std::string::npos);
    service.ask("{}", {{"Accept-Encoding", "br"}});
    CHECK(asked.find("\r\nAccept-Encoding: identity\r\n") != std::string::npos);
}

TEST_CASE("an answer in an encoding that was not asked for is no success, unless it is too long for an error")
{
    const std::string brotli = std::string{json} + "Content-Encoding: br\r\n";
    ForwardingService riddle{always(200, "\x0b\x02\x80{}\x03", brotli)};
    CHECK(riddle.ask().status() == 200);
    CHECK(riddle.logged("verdict") == "may_have_run");
    CHECK(riddle.calls(1) == 1);

    ForwardingService long_one{always(200, std::string(20'000, 'x'), brotli)};
    CHECK(long_one.ask().body().size() == 20'000);
    CHECK(long_one.logged("verdict") == "success");

    ForwardingService plain{always(200, std::string{picture}, std::string{json} + "Content-Encoding: identity\r\n")};
    CHECK(plain.ask().header("Content-Encoding") == "identity");
    CHECK(plain.logged("verdict") == "success");
}

TEST_CASE("a paid answer arrives whatever its headers")
{
    ForwardingService service{always(
        200, std::string{picture},
        std::string{json} + ": no name\r\nX Y: blank\r\nX-Good: 1\r\nX-Huge: " + std::string(40'000, 'h') + "\r\n")};
    const Came came = service.ask();
    CHECK(came.whole);
    CHECK(came.body() == picture);
    CHECK(came.header("X-Good") == "1");
    CHECK(came.header("Content-Length") == std::to_string(picture.size()));
    CHECK(came.head().size() < 32 * 1024);
    CHECK(came.head().find("X Y") == std::string::npos);
    CHECK(came.head().find("\r\n: ") == std::string::npos);
    CHECK(service.logged("outcome") == "success");
}

TEST_CASE("a good stream passes on as it came and is a success")
{
    const std::string first = said("🎨 图像生成中，请稍候...");
    const std::string second = said("![image_0](https://x)\\n");
    ForwardingService service{streams({first, second, "data: [DONE]\n\n"})};
    const Came came = service.ask();
    CHECK(came.whole);
    CHECK(came.body() == first + second + "data: [DONE]\n\n");
    CHECK(came.header("X-Should-Retry") == "false");
    CHECK(service.logged("verdict") == "success");
}

TEST_CASE("a stream without an event, or one that is cut, is no success")
{
    ForwardingService silent{streams({": ping\n\n", "data: [DONE]\n\n"})};
    CHECK(silent.ask().status() == 200);
    CHECK(silent.logged("verdict") == "may_have_run");
    CHECK(silent.calls(1) == 1);

    ForwardingService cut{[](LocalServer::Connection& connection) {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        connection.send(fmt::format("{:x}\r\n{}\r\n", said("x").size(), said("x")));
    }};
    CHECK_FALSE(cut.ask().whole);
    CHECK(cut.logged("verdict") == "interrupted");
}

TEST_CASE("one client that repeats one request locks no other out; different ones that fail alike do")
{
    ForwardingService service{always(502, "<html>bad gateway</html>", "Content-Type: text/html\r\n"), 6};
    for (int i = 0; i < 5; ++i) {
        CHECK(service.ask().status() == 502);
        CHECK(service.breaker() == "closed");
    }
    CHECK(service.ask(R"({"model":"jimeng-4.0","prompt":"a dog"})").status() == 502);
    CHECK(service.breaker() == "open");
    const Came refused = service.ask();
    CHECK(refused.status() == 503);
    CHECK(refused.header("X-Should-Retry") == "true");
}

TEST_CASE("a picture that is made and cannot be fetched is not made again, and is counted")
{
    const std::string unreachable = R"({"code":-1000,"message":"connect ECONNREFUSED 192.0.2.7:443","data":null})";
    for (const auto& [format, asked, counted] : {std::tuple{"url", 2, 0}, {"b64_json", 1, 1}}) {
        CAPTURE(format);
        Counted upstream;
        ForwardingService service{upstream.always(200, unreachable), 3};
        CHECK(service.ask(fmt::format(R"({{"model":"jimeng-4.0","response_format":"{}"}})", format)).body() ==
              unreachable);
        CHECK(upstream.received == asked);
        CHECK(service.calls(1) + service.calls(2) + service.calls(3) == counted);
    }
}

namespace {

/// What the upstream got and what it answers.
class Overheard {
public:
    LocalServer::Work answers(std::string body, std::string headers = std::string{json})
    {
        return [=, this](LocalServer::Connection& connection) {
            for (std::string request; !(request = connection.request()).empty();) {
                request_ = request;
                connection.answer(200, body, headers);
            }
        };
    }
    const std::string& request() const { return request_; }

private:
    std::string request_;
};

const std::string four_pictures = R"({"created":1,"data":[{"url":"1"},{"url":"2"},{"url":"3"},{"url":"4"}]})";

}  // namespace

TEST_CASE("a failure that comes with HTTP 200 reaches the client as OpenAI's error, where that is wanted")
{
    struct Row {
        std::string answer;
        int status;
        std::string code;
    };
    const Row rows[] = {
        {R"({"code":-2006,"message":"refused","data":null})", 400, "content_policy_violation"},
        {R"({"code":-2009,"message":"no points","data":null})", 429, "insufficient_quota"},
        {R"({"code":-2002,"message":"expired","data":null})", 502, "session_expired"},
        {R"({"code":-2000,"message":"bad","data":null})", 400, "invalid_parameters"},
        {R"({"code":-2010,"message":"robot","data":null})", 502, "request_failed"},
        {R"({"created":1,"data":[]})", 502, "generation_failed"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.answer);
        ForwardingService service{always(200, row.answer)};
        CHECK(service.ask().body() == row.answer);
        service.add_account({});
        service.change({{"UPSTREAM_ERRORS_AS_OPENAI", true}});
        const Came came = service.ask();
        CHECK(came.status() == row.status);
        CHECK(came.body().find("\"code\":\"" + row.code + "\"") != std::string::npos);
        CHECK(came.header("X-Should-Retry") == "false");
        service.run_until([&] { return service.logged("count(*)") == "2"; });
        CHECK(service.logged("status") == std::to_string(row.status));
    }
}

TEST_CASE("jimeng-api-go's errors take OpenAI's form as well, and keep a status that says more")
{
    ForwardingService service{always(504, R"({"error":"[API_VIDEO_GENERATION_FAILED] slow"})")};
    service.change({{"UPSTREAM_ERRORS_AS_OPENAI", true}});
    const Came came = service.ask();
    CHECK(came.status() == 504);
    CHECK(came.body().find(R"("message":"[API_VIDEO_GENERATION_FAILED] slow")") != std::string::npos);
}

TEST_CASE("an answer that is no failure, or one in another form, stays as it is")
{
    for (const auto& [status, body] :
         {std::pair{200, std::string{picture}}, {400, R"({"error":{"message":"m"}})"}, {500, "oh"}}) {
        ForwardingService service{always(status, body)};
        service.change({{"UPSTREAM_ERRORS_AS_OPENAI", true}});
        const Came came = service.ask();
        CHECK(came.status() == status);
        CHECK(came.body() == body);
    }
}

TEST_CASE("an answer holds no more pictures than were asked for, where parameters are translated")
{
    Overheard upstream;
    ForwardingService service{upstream.answers(four_pictures)};
    const std::string ask = R"({"model":"jimeng-4.0","n":2,"size":"1024x1024"})";
    CHECK(service.ask(ask).body() == four_pictures);
    CHECK(upstream.request().ends_with(ask));

    service.change({{"TRANSLATE_OPENAI_PARAMETERS", true}});
    const Came came = service.ask(ask, {{"Accept-Encoding", "gzip"}});
    CHECK(came.body() == R"({"created":1,"data":[{"url":"1"},{"url":"2"}]})");
    CHECK(came.header("Content-Length").empty());
    CHECK(upstream.request().ends_with(R"({"model":"jimeng-4.0","n":2,"ratio":"1:1","resolution":"1k"})"));
    CHECK(upstream.request().find("Accept-Encoding: identity") != std::string::npos);
    CHECK(service.logged("bytes_out") == std::to_string(came.body().size()));
    CHECK(service.ask(R"({"model":"jimeng-4.0"})").body() == four_pictures);
}

TEST_CASE("a model is sent on under the upstream's name for it")
{
    Overheard upstream;
    ForwardingService service{upstream.answers(std::string{picture})};
    service.ask(R"({"model":"video-3.0","prompt":"x"})");
    CHECK(upstream.request().ends_with(R"({"model":"jimeng-video-3.0","prompt":"x"})"));
    CHECK(service.logged("model_asked") == "video-3.0");
}

TEST_CASE("a client that waits gets blanks, and the answer behind them")
{
    struct Row {
        int status;
        std::string body;
        std::string headers;
        std::string expected;
    };
    const std::string error =
        R"({"error":{"code":"unreadable_answer","message":"the upstream answered with HTTP 400 and no JSON","type":"upstream_error"}})";
    const Row rows[] = {{200, std::string{picture}, std::string{json}, std::string{picture}},
                        {400, R"({"error":"[API_REQUEST_PARAMS_INVALID] x"})", std::string{json},
                         R"({"error":"[API_REQUEST_PARAMS_INVALID] x"})"},
                        {400, "<p>", "Content-Type: text/html\r\n", error}};
    for (const Row& row : rows) {
        std::promise<void> blank_came;
        ForwardingService service{[&](LocalServer::Connection& connection) {
            if (connection.request().empty()) return;
            blank_came.get_future().wait();
            connection.answer(row.status, row.body, row.headers);
        }};
        service.change({{"KEEP_ALIVE_BLANKS", std::int64_t{1}}});
        service.client_sees = [&, told = false](const std::string& said) mutable {
            if (said.ends_with("\r\n\r\n ") && !std::exchange(told, true)) blank_came.set_value();
        };
        const Came came = service.ask();
        CHECK(came.whole);
        CHECK(came.status() == 200);
        CHECK(came.header("Content-Type") == "application/json; charset=utf-8");
        CHECK(came.header("X-Dreamina-Request-Id") == service.logged("id"));
        CHECK(service.logged("status") == "200");
        const std::string body = came.body();
        CHECK(body.substr(body.find_first_not_of(' ')) == row.expected);
    }
}

TEST_CASE("a chat that may be a stream, in whichever way it is read, gets no blanks")
{
    for (const char* body : {R"({"stream":true})", R"({"Stream":true})", R"({"stream":false,"stream":true})",
                             R"({"stream":"true"})", R"({"stream":1})", "{'stream':true}"}) {
        CAPTURE(body);
        std::promise<void> may_answer;
        ForwardingService service{[&](LocalServer::Connection& connection) {
            if (connection.request().empty()) return;
            may_answer.get_future().wait();
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + said("a"));
        }};
        service.change({{"KEEP_ALIVE_BLANKS", std::int64_t{1}}});
        service.loop.after(1200ms, [&] { may_answer.set_value(); });
        const Came came = service.ask_at("/v1/chat/completions", body);
        CHECK(came.header("Content-Type") == "text/event-stream");
        CHECK(came.body() == said("a"));
    }
}

TEST_CASE("a good answer of another kind is sent behind the blanks: it was paid for")
{
    std::promise<void> blank_came;
    ForwardingService service{[&](LocalServer::Connection& connection) {
        if (connection.request().empty()) return;
        blank_came.get_future().wait();
        connection.answer(200, "PNG", "Content-Type: image/png\r\n");
    }};
    service.change({{"KEEP_ALIVE_BLANKS", std::int64_t{1}}});
    service.client_sees = [&, told = false](const std::string& said) mutable {
        if (said.ends_with("\r\n\r\n ") && !std::exchange(told, true)) blank_came.set_value();
    };
    CHECK(service.ask().body().ends_with(" PNG"));
}

TEST_CASE("a key for certain models gets no body past that its model cannot be named in")
{
    Counted upstream;
    ForwardingService service{upstream.always(200, std::string{picture})};
    std::string body = R"({"model":"video-3.0")";
    for (int i = 0; i < 1000; ++i) body += ",\"a\":1";
    const auto key = std::make_shared<const ApiKey>(ApiKey{.id = 1, .models = {"video-3.0"}});
    const Came came = service.ask(body + "}", {}, key);
    CHECK(came.status() == 400);
    CHECK(came.body().find("doubtful_model") != std::string::npos);
    CHECK(upstream.received == 0);
}

TEST_CASE("an answer does not wait for its booking, which comes as soon as the database allows it")
{
    std::promise<void> received;
    std::promise<void> may_answer;
    ForwardingService service{[&](LocalServer::Connection& connection) {
        if (connection.request().empty()) return;
        received.set_value();
        may_answer.get_future().wait();
        connection.answer(200, std::string{picture}, json);
    }};
    RecordingSink sink;
    const auto exchange = service.begin(sink);
    service.run_until([&, came = received.get_future()] { return came.wait_for(0s) == std::future_status::ready; });
    std::optional<Transaction> held{std::in_place, service.database};
    may_answer.set_value();
    service.run_until([&] { return sink.ends > 0; });
    CHECK(sink.said.ends_with(picture));
    CHECK(service.count("requests") == 0);
    CHECK(service.count("leases") == 1);
    held.reset();
    service.run_until([&] { return service.count("requests") == 1; });
    CHECK(service.count("leases") == 0);
    CHECK(service.logged("outcome") == "success");
    CHECK(service.logged("status") == "200");
    CHECK(service.logged("bytes_out") == std::to_string(picture.size()));
}

TEST_CASE("what was answered just before a worker ends is booked before it has ended")
{
    ForwardingService service{always(200, std::string{picture})};
    RecordingSink sink;
    service.begin(sink);
    service.run_until([&] { return sink.ends > 0; });
    service.upstream.reset();
    service.write_queue.reset();
    CHECK(service.count("leases") == 0);
    CHECK(service.logged("outcome") == "success");
}

TEST_CASE(
    "of a client that reads slowly the account is free at once, and the log waits for its last byte or its leaving")
{
    for (const bool leaves : {false, true}) {
        CAPTURE(leaves);
        ForwardingService service{always(200, std::string{picture})};
        RecordingSink sink;
        sink.held = 1;
        const auto exchange = service.begin(sink);
        service.run_until([&] { return sink.ends > 0 && service.count("leases") == 0; });
        CHECK(service.calls(1) == 1);
        CHECK(service.count("requests") == 0);
        leaves ? exchange->tell_gone() : exchange->tell_delivered();
        service.run_until([&] { return service.count("requests") == 1; });
        CHECK(service.logged("outcome") == "success");
        CHECK(service.logged("verdict") == "success");
        CHECK(service.logged("attempts") == "1");
        CHECK(service.logged("status") == "200");
        CHECK(service.logged("client_gone") == (leaves ? "1" : "0"));
        CHECK(service.count("unfinished_requests") == 0);
        CHECK(service.count("request_attempts") == 0);
    }
}

TEST_CASE("a client that left while the upstream worked got nothing, and the log says so")
{
    std::promise<void> may_answer;
    ForwardingService service{[&](LocalServer::Connection& connection) {
        if (connection.request().empty()) return;
        may_answer.get_future().wait();
        connection.answer(200, std::string(100'000, 'x'), json);
    }};
    RecordingSink sink;
    const auto exchange = service.begin(sink);
    service.run_until([&] { return service.upstream->running() == 1; });
    exchange->tell_gone();
    may_answer.set_value();
    service.run_until([&] { return service.count("requests") == 1; });
    CHECK(service.logged("outcome") == "success");
    CHECK(service.logged("client_gone") == "1");
    CHECK(service.logged("status").empty());
    CHECK(service.logged("bytes_out") == "0");
    CHECK(sink.said.empty());
}

TEST_CASE("a client that goes while it waits for an account takes its whole request along")
{
    std::promise<void> may_answer;
    ForwardingService service{[&](LocalServer::Connection& connection) {
        if (connection.request().empty()) return;
        may_answer.get_future().wait();
        connection.answer(200, std::string{picture}, json);
    }};
    service.change({{"ACCOUNT_MAX_CONCURRENCY", std::int64_t{1}}, {"QUEUE_TIMEOUT", std::int64_t{60}}});
    service.write_queue->run(
        [&](Database& database) { apply_limits(database, service.settings->current()->settings); });
    RecordingSink busy;
    service.begin(busy);
    service.run_until([&] { return service.upstream->running() == 1; });
    RecordingSink sink;
    auto exchange = service.begin(sink);
    service.run_until([&] { return service.count("waiting") == 1; });
    exchange->tell_gone();
    const std::weak_ptr<Exchange> kept = exchange;
    exchange.reset();
    service.run_until(
        [&] { return kept.expired() && service.count("waiting") == 0 && service.count("requests") == 1; });
    CHECK(service.logged("outcome") == "client_gone");
    CHECK(service.logged("client_gone") == "1");
    may_answer.set_value();
    service.run_until([&] { return busy.ends > 0; });
}

TEST_CASE("a key at its concurrency is refused only when the booking of its last request had its time")
{
    for (const bool booked : {false, true}) {
        CAPTURE(booked);
        ForwardingService service{always(200, std::string{picture}), 2};
        ApiKey key{.name = "one", .status = {.limits = {.concurrency = 1}}};
        LeaseId lease = 0;
        {
            // By another worker, which has answered it and is about to settle it.
            Transaction transaction{service.database};
            key.id = ApiKeyStore{service.database}.add(key, "digest", system_now());
            const Time now = system_now();
            const auto reserved = reserve(service.database, service.context.catalog->resolve("jimeng-4.0", {}), "two",
                                          now, now + 1min, {}, {}, KeyCall{.key = key.id, .counted_at = now});
            REQUIRE(reserved);
            lease = reserved->id;
            transaction.commit();
        }
        if (booked) {
            service.loop.after(10ms, [&] {
                Transaction transaction{service.database};
                settle(service.database, {.lease = lease}, system_now());
                transaction.commit();
            });
        }
        const Came came = service.ask("{}", {}, std::make_shared<const ApiKey>(key));
        CHECK(came.status() == (booked ? 200 : 429));
    }
}
