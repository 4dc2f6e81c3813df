#include "proxy/v1_handler.hpp"

#include <mutex>
#include <optional>

#include <doctest/doctest.h>

#include "core/base/json_reader.hpp"
#include "core/base/secret.hpp"
#include "net/recording_sink.hpp"
#include "core/storage/stores/api_key_store.hpp"
#include "core/storage/empty_database.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/engine/transaction.hpp"
#include "temporary_folder.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

/// The handler with all that stands behind it, but for an upstream: only what is answered here is asked for.
class V1Service {
public:
    explicit V1Service(const std::string& password)
    {
        const auto changed = settings->change({{"ADMIN_PASSWORD", SettingValue{password}}});
        REQUIRE_MESSAGE(changed.has_value(), (changed ? "" : changed.error().message));
    }
    ~V1Service()
    {
        threads.reset();
        password_threads.reset();
        write_queue.reset();
        loop.clear();
    }

    struct Made {
        ApiKeyId id;
        std::string text;
    };
    Made make(const std::string& name, std::vector<std::string> models = {}, std::optional<Time> expires_at = {})
    {
        const std::string key = make_api_key(random_letters_and_digits(api_key_chance));
        Transaction transaction{database};
        const ApiKeyId id = store.add({.name = name,
                                       .prefix = api_key_prefix(key),
                                       .models = std::move(models),
                                       .status = {.expires_at = expires_at}},
                                      secret_digest(key), system_now());
        transaction.commit();
        return {id, key};
    }

    /// GET /v1/models; the answer as it went out.
    std::string ask(const std::string& bearer) { return ask_at("/v1/models", {{"Authorization", "Bearer " + bearer}}); }
    std::string ask_at(const std::string& path, Headers headers, const std::string& method = "GET",
                       const std::string& body = "", const std::string& target = "")
    {
        Request request;
        request.method = method;
        request.path = path;
        request.target = target.empty() ? path : target;
        request.headers = std::move(headers);
        request.body = Body{body};
        RecordingSink sink;
        auto exchange = std::make_shared<Exchange>(std::move(request), &sink);
        v1_handler.handle(exchange);
        run_until([&] { return sink.ends > 0; });
        return sink.said;
    }
    static int status(const std::string& answer)
    {
        return answer.starts_with("Status: ") ? std::stoi(answer.substr(8)) : 0;
    }
    static bool says(const std::string& answer, std::string_view words)
    {
        return answer.find(words) != std::string::npos;
    }
    /// The look at the database that workers take all the time.
    void refresh()
    {
        bool done = false;
        keys.look_again([&](bool readable) { done = readable; });
        run_until([&] { return done; });
    }
    template <class Condition>
    void run_until(Condition so)
    {
        const auto deadline = EventLoop::Clock::now() + 20s;
        while (!so()) {
            REQUIRE(EventLoop::Clock::now() < deadline);
            loop.after(1ms, [this] { loop.stop(); });
            loop.run();
        }
    }

    TemporaryFolder folder;
    Database database{make_empty_database(folder / "dreamina.db")};
    ApiKeyStore store{database};
    std::unique_ptr<SettingsFile> settings = std::move(*SettingsFile::open(
        folder / "config.json", [](const std::string&) -> std::optional<std::string> { return {}; }));
    EventLoop loop;
    std::optional<TaskPool> threads{std::in_place, 1, "test"};
    std::optional<TaskPool> password_threads{std::in_place, 1, "test"};
    ConnectionPool connections{folder / "dreamina.db"};
    std::optional<WriteQueue> write_queue{std::in_place, folder / "dreamina.db", "one",
                                          [this](auto call) { loop.post(std::move(call)); }};
    Upstream upstream{loop};
    IneligibilityCache ineligibility{loop, *threads, connections};
    PasswordCheck passwords;
    KeyCheck key_check{loop, *password_threads, connections, passwords};
    KnownKeys keys{loop, *threads, connections};
    ProxyContext context{.loop = loop,
                         .threads = *threads,
                         .key_check = key_check,
                         .write_queue = *write_queue,
                         .upstream = upstream,
                         .ineligibility = ineligibility,
                         .settings = *settings,
                         .passwords = passwords,
                         .keys = keys,
                         .catalog = std::make_shared<ModelCatalog>(ModelStore{database}.all())};
    V1Handler v1_handler{context};
};

}  // namespace

TEST_CASE("a key is accepted from the moment it is made, and the password as before")
{
    V1Service service{"a password"};
    CHECK(V1Service::status(service.ask("a password")) == 200);
    CHECK(V1Service::status(service.ask("another")) == 401);
    CHECK(V1Service::says(service.ask("another"), "the key that was sent is wrong"));
    CHECK(V1Service::says(service.ask_at("/v1/models", {}), "no key was sent"));
    const std::string key = service.make("a").text;
    CHECK(V1Service::status(service.ask(key)) == 200);
    std::string slip = key;
    std::swap(slip[5], slip[5] == slip[6] ? slip[7] : slip[6]);
    CHECK(V1Service::status(service.ask(slip)) == 401);
    CHECK(V1Service::says(service.ask(make_api_key(std::string(api_key_chance, 'a'))), "no such API key"));
    CHECK(V1Service::status(service.ask(secret_digest(key))) == 401);
}

TEST_CASE("a revoked key is refused after the next look, one that runs out at its moment, each with a word")
{
    V1Service service{"a password"};
    const auto key = service.make("a");
    CHECK(V1Service::status(service.ask(key.text)) == 200);
    service.store.revoke(key.id, system_now());
    service.refresh();
    CHECK(V1Service::status(service.ask(key.text)) == 401);
    CHECK(V1Service::says(service.ask(key.text), "revoked"));
    service.store.remove(key.id, system_now());
    service.refresh();
    CHECK(V1Service::says(service.ask(key.text), "no such API key"));

    const std::string expired = service.make("b", {}, system_now() - 1ms).text;
    CHECK(V1Service::status(service.ask(expired)) == 401);
    CHECK(V1Service::says(service.ask(expired), "expired"));
}

TEST_CASE("a key with a list of models is shown those")
{
    V1Service service{"a password"};
    const auto listed = [&](const std::string& bearer) {
        const std::string answer = service.ask(bearer);
        const Json list = Json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
        std::vector<std::string> ids;
        for (const Json& model : list.at("data")) ids.push_back(model.at("id"));
        return ids;
    };
    CHECK(listed(service.make("a", {"video-3.0", "gone"}).text) ==
          std::vector<std::string>{"video-3.0", "jimeng-video-3.0", "jimeng-video-3.0-pro", "jimeng-video-3.0-fast"});
    CHECK(listed("a password").size() > 18);
    CHECK(listed(service.make("b").text) == listed("a password"));
}

TEST_CASE("a model is told by its path, with a slash behind it or without")
{
    V1Service service{"a password"};
    const Header admin{"Authorization", "Bearer a password"};
    for (const std::string path : {"/v1/models", "/v1/models/", "/v1/models//", "/v1//models"})
        CHECK(V1Service::says(service.ask_at(path, {admin}), "\"object\":\"list\""));
    for (const std::string path : {"/v1/models/jimeng-4.0", "/v1/models/jimeng-4.0/", "/v1//models//jimeng-4.0"}) {
        const std::string answer = service.ask_at(path, {admin});
        CHECK(Json::parse(answer.substr(answer.find("\r\n\r\n") + 4)) ==
              Json{{"id", "jimeng-4.0"}, {"object", "model"}, {"created", 0}, {"owned_by", "dreamina"}});
    }
    CHECK(V1Service::status(service.ask_at("/v1/models/jimeng-video-3.0-fast", {admin})) == 200);
    CHECK(V1Service::status(service.ask_at("/v1/models/jimeng-4.0:1024x1024", {admin})) == 200);
    for (const std::string name : {"gpt-4o", "a/b", "\x80", "*"}) {
        const std::string answer = service.ask_at("/v1/models/" + name, {admin});
        CHECK(V1Service::status(answer) == 404);
        CHECK(V1Service::says(answer, "\"model_not_found\""));
    }
    const Header key{"Authorization", "Bearer " + service.make("a", {"jimeng-4.0"}).text};
    CHECK(V1Service::status(service.ask_at("/v1/models/jimeng-4.0", {key})) == 200);
    CHECK(V1Service::says(service.ask_at("/v1/models/nanobanana", {key}), "\"model_not_found\""));
    CHECK(V1Service::status(service.ask_at("/v1/models/jimeng-4.0", {})) == 401);
}

TEST_CASE("HEAD is answered here, whatever it is sent for")
{
    V1Service service{"a password"};
    const Header admin{"Authorization", "Bearer a password"};
    for (const std::string path :
         {"/v1/models", "/v1/models/jimeng-4.0", "/v1/", "/v1/images/generations", "/v1/echo"}) {
        CAPTURE(path);
        CHECK(V1Service::status(service.ask_at(path, {admin}, "HEAD")) == 200);
        CHECK(V1Service::status(service.ask_at(path, {}, "HEAD")) == 401);
    }
    CHECK(V1Service::status(service.ask_at("/v1/models/none", {admin}, "HEAD")) == 404);
}

TEST_CASE("a key comes as X-Api-Key as well, and then opens what it opens as a bearer token")
{
    V1Service service{"a password"};
    const std::string key = service.make("a").text;
    CHECK(V1Service::status(service.ask_at("/v1/models", {{"x-api-key", key}})) == 200);
    CHECK(V1Service::status(service.ask_at("/v1/models", {{"X-Api-Key", "a password"}})) == 200);
    CHECK(V1Service::status(service.ask_at("/v1/models", {{"X-Api-Key", "another"}})) == 401);
    CHECK(V1Service::status(
              service.ask_at("/v1/models", {{"X-Api-Key", key}, {"Authorization", "Bearer a password"}})) == 401);
    CHECK(V1Service::says(service.ask_at("/v1/models", {{"X-Api-Key", key}, {"Authorization", "Bearer a password"}}),
                          "two that differ"));
}

TEST_CASE("a compressed body is refused with the header that says so")
{
    V1Service service{"a password"};
    const Header admin{"Authorization", "Bearer a password"};
    for (const std::string encoding : {"gzip", "GZIP", "br", "identity, gzip", "deflate,", "x-own"}) {
        CAPTURE(encoding);
        const std::string answer =
            service.ask_at("/v1/images/generations", {admin, {"Content-Encoding", encoding}}, "POST", "{}");
        CHECK(V1Service::status(answer) == 415);
        CHECK(V1Service::says(answer, "Content-Encoding: " + encoding));
        CHECK(V1Service::says(answer, "Accept-Encoding: identity"));
    }
    CHECK(V1Service::status(service.ask_at("/v1/images/generations", {{"Content-Encoding", "gzip"}}, "POST", "{}")) ==
          401);
}

TEST_CASE("doubled slashes before a route of the upstream's are answered with the path that was meant")
{
    V1Service service{"a password"};
    const std::string answer = service.ask_at("/v1/images/generations", {{"Authorization", "Bearer a password"}},
                                              "POST", "{}", "/v1//images/generations");
    CHECK(V1Service::status(answer) == 404);
    CHECK(V1Service::says(answer, "it is /v1/images/generations"));
}

TEST_CASE("keys never wait for the slow check of passwords; a password that looks like one from afar works")
{
    const std::string password = "dm-" + std::string(43, 'p');
    V1Service service{hash_password(password)};
    const auto key = service.make("a");
    const std::string revoked = service.make("b").text;
    service.store.revoke(service.store.owner_of("b").value(), system_now());
    std::mutex slow;
    {
        const std::lock_guard busy{slow};
        service.password_threads->submit([&] { const std::lock_guard waits{slow}; });
        CHECK(V1Service::status(service.ask(key.text)) == 200);
        CHECK(V1Service::status(service.ask(revoked)) == 401);
        CHECK(V1Service::status(service.ask(make_api_key(std::string(api_key_chance, 'a')))) == 401);
    }
    CHECK(V1Service::status(service.ask(password)) == 200);
    CHECK(V1Service::status(service.ask("dm-" + std::string(43, 'q'))) == 401);
}
