#include "proxy/gate.hpp"

#include <mutex>
#include <optional>

#include <doctest/doctest.h>

#include "base/json_reader.hpp"
#include "base/secret.hpp"
#include "server/recording_sink.hpp"
#include "storage/api_key_store.hpp"
#include "storage/migrations.hpp"
#include "storage/model_store.hpp"
#include "storage/transaction.hpp"
#include "temporary_folder.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

/// The door with all that stands behind it, but for an upstream: only what is answered at the door is asked for.
class Door {
public:
    explicit Door(const std::string& password)
    {
        const auto changed = settings->change({{"ADMIN_PASSWORD", SettingValue{password}}});
        REQUIRE_MESSAGE(changed.has_value(), (changed ? "" : changed.error().message));
    }
    ~Door()
    {
        threads.reset();
        password_threads.reset();
        ledger.reset();
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
                                       .standing = {.expires_at = expires_at}},
                                      secret_digest(key), system_now());
        transaction.commit();
        return {id, key};
    }

    /// GET /v1/models; the answer as it went out.
    std::string ask(const std::string& bearer)
    {
        Request request;
        request.method = "GET";
        request.target = request.path = "/v1/models";
        request.headers = {{"Authorization", "Bearer " + bearer}};
        RecordingSink sink;
        auto exchange = std::make_shared<Exchange>(std::move(request), &sink);
        gate.admit(exchange);
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
    bool prepared = prepare_database(folder / "dreamina.db").has_value();
    Database database{folder / "dreamina.db"};
    ApiKeyStore store{database};
    std::unique_ptr<SettingsFile> settings = std::move(*SettingsFile::open(
        folder / "config.json", [](const std::string&) -> std::optional<std::string> { return {}; }));
    EventLoop loop;
    std::optional<TaskPool> threads{std::in_place, 1};
    std::optional<TaskPool> password_threads{std::in_place, 1};
    ConnectionPool connections{folder / "dreamina.db"};
    std::optional<Ledger> ledger{std::in_place, folder / "dreamina.db", "one",
                                 [this](auto call) { loop.post(std::move(call)); }};
    Upstream upstream{loop};
    Refusals refusals{loop, *threads, connections};
    PasswordCheck passwords;
    KeyCheck key_check{loop, *password_threads, connections, passwords};
    KnownKeys keys{loop, *threads, connections};
    ProxyContext context{.loop = loop,
                         .threads = *threads,
                         .key_check = key_check,
                         .ledger = *ledger,
                         .upstream = upstream,
                         .refusals = refusals,
                         .settings = *settings,
                         .passwords = passwords,
                         .keys = keys,
                         .catalog = std::make_shared<ModelCatalog>(ModelStore{database}.all())};
    Gate gate{context};
};

}  // namespace

TEST_CASE("a key opens the door from the moment it is made, the password as before")
{
    Door door{"a password"};
    CHECK(Door::status(door.ask("a password")) == 200);
    CHECK(Door::status(door.ask("another")) == 401);
    const std::string key = door.make("a").text;
    CHECK(Door::status(door.ask(key)) == 200);
    std::string slip = key;
    std::swap(slip[5], slip[5] == slip[6] ? slip[7] : slip[6]);
    CHECK(Door::status(door.ask(slip)) == 401);
    CHECK(Door::says(door.ask(make_api_key(std::string(api_key_chance, 'a'))), "no such API key"));
    CHECK(Door::status(door.ask(secret_digest(key))) == 401);
}

TEST_CASE("a revoked key is refused after the next look, one that runs out at its moment, each with a word")
{
    Door door{"a password"};
    const auto key = door.make("a");
    CHECK(Door::status(door.ask(key.text)) == 200);
    door.store.revoke(key.id, system_now());
    door.refresh();
    CHECK(Door::status(door.ask(key.text)) == 401);
    CHECK(Door::says(door.ask(key.text), "revoked"));
    door.store.remove(key.id, system_now());
    door.refresh();
    CHECK(Door::says(door.ask(key.text), "no such API key"));

    const std::string expired = door.make("b", {}, system_now() - 1ms).text;
    CHECK(Door::status(door.ask(expired)) == 401);
    CHECK(Door::says(door.ask(expired), "expired"));
}

TEST_CASE("a key with a list of models is shown those")
{
    Door door{"a password"};
    const auto listed = [&](const std::string& bearer) {
        const std::string answer = door.ask(bearer);
        const Json list = Json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
        std::vector<std::string> ids;
        for (const Json& model : list.at("data")) ids.push_back(model.at("id"));
        return ids;
    };
    CHECK(listed(door.make("a", {"video-3.0", "gone"}).text) ==
          std::vector<std::string>{"video-3.0", "jimeng-video-3.0", "jimeng-video-3.0-pro", "jimeng-video-3.0-fast"});
    CHECK(listed("a password").size() > 18);
    CHECK(listed(door.make("b").text) == listed("a password"));
}

TEST_CASE("keys never wait for the slow check of passwords; a password that looks like one from afar works")
{
    const std::string password = "dm-" + std::string(43, 'p');
    Door door{hash_password(password)};
    const auto key = door.make("a");
    const std::string revoked = door.make("b").text;
    door.store.revoke(door.store.owner_of("b").value(), system_now());
    std::mutex slow;
    {
        const std::lock_guard busy{slow};
        door.password_threads->submit([&] { const std::lock_guard waits{slow}; });
        CHECK(Door::status(door.ask(key.text)) == 200);
        CHECK(Door::status(door.ask(revoked)) == 401);
        CHECK(Door::status(door.ask(make_api_key(std::string(api_key_chance, 'a')))) == 401);
    }
    CHECK(Door::status(door.ask(password)) == 200);
    CHECK(Door::status(door.ask("dm-" + std::string(43, 'q'))) == 401);
}
