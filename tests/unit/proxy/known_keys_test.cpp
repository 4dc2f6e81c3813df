#include "proxy/known_keys.hpp"

#include <optional>

#include "core/base/secret.hpp"
#include "core/storage/stores/api_key_store.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const Time known_at = at("2026-11-22T10:00:00Z");

struct Known : TemporaryDatabase {
    EventLoop loop;
    std::optional<TaskPool> threads{std::in_place, 1, "test"};
    ConnectionPool connections{file};
    KnownKeys keys{loop, *threads, connections};

    ~Known()
    {
        threads.reset();
        loop.clear();
    }
    ApiKeyId add(const std::string& key)
    {
        return ApiKeyStore{**this}.add({.name = key, .prefix = "dm-"}, secret_digest(key), known_at);
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
    /// Whether the database could be read.
    bool look()
    {
        std::optional<bool> readable;
        keys.look_again([&](bool well) { readable = well; });
        run_until([&] { return readable.has_value(); });
        return *readable;
    }
};

}  // namespace

TEST_CASE("a key is found from the look after it was made, under the key itself and nothing else")
{
    Known known;
    const ApiKeyId id = known.add("a key");
    CHECK_FALSE(known.keys.find("a key"));
    CHECK(known.look());
    REQUIRE(known.keys.find("a key"));
    CHECK(known.keys.find("a key")->id == id);
    CHECK_FALSE(known.keys.find("a kez"));
    CHECK_FALSE(known.keys.find(secret_digest("a key")));
    CHECK_FALSE(known.keys.find(""));
}

TEST_CASE("while no key has changed, none is read")
{
    Known known;
    const ApiKeyId id = known.add("a key");
    known.look();
    const auto before = known.keys.find("a key");
    known->run("UPDATE api_keys SET name = 'unheard', calls = 7");  // as calls do: no change of the key
    known.look();
    CHECK(known.keys.find("a key") == before);
    ApiKeyStore{*known}.revoke(id, known_at);
    known.look();
    REQUIRE(known.keys.find("a key"));
    CHECK(known.keys.find("a key")->status.revoked_at == known_at);
    CHECK_FALSE(before->status.revoked_at);  // a copy that is held stays as it was
    ApiKeyStore{*known}.remove(id, known_at);
    known.look();
    CHECK_FALSE(known.keys.find("a key"));
}

TEST_CASE("a caller that asks during a look waits for one that began later")
{
    Known known;
    std::optional<bool> first;
    bool found_by_second = false;
    known.keys.look_again([&](bool readable) { first = readable; });
    known.threads->submit([&] { known.add("a key"); });  // after the first look, in its only thread
    bool second = false;
    known.keys.look_again([&](bool) {
        second = true;
        found_by_second = known.keys.find("a key") != nullptr;
    });
    known.run_until([&] { return second; });
    CHECK(first == true);
    CHECK(found_by_second);
}

TEST_CASE("a database that cannot be read takes no key away")
{
    Known known;
    known.add("a key");
    known.look();
    known->run("ALTER TABLE api_key_changes RENAME TO gone");
    CHECK_FALSE(known.look());
    CHECK(known.keys.find("a key"));
    known->run("ALTER TABLE gone RENAME TO api_key_changes");
    CHECK(known.look());
}
