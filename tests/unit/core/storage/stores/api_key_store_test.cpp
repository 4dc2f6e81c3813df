#include "core/storage/stores/api_key_store.hpp"

#include "core/storage/stores/key_uses.hpp"
#include "core/storage/stores/pool_state.hpp"

#include "core/storage/stores/lease_store.hpp"
#include "core/storage/temporary_database.hpp"
#include "core/storage/stores/waiting_store.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const Time half_past = at("2026-11-22T10:00:30Z");
const ServiceDay today{at("2026-11-22T00:00:00Z"), at("2026-11-23T00:00:00Z")};

struct KeyShelf : TemporaryDatabase {
    ApiKeyStore store{**this};

    ApiKeyId add(const std::string& name, ApiKeyStatus status = {}, std::vector<std::string> models = {})
    {
        return store.add({.name = name, .prefix = "dm-" + name, .models = std::move(models), .status = status},
                         "digest of " + name, half_past);
    }
    std::vector<std::string> names(std::optional<ApiKeyState> state, std::int64_t page = 1, std::int64_t size = 100)
    {
        std::vector<std::string> found;
        for (const ApiKey& key : store.list({state, {}}, page, size, half_past).items) found.push_back(key.name);
        return found;
    }
    KeyUses uses() { return KeyUses{**this}; }
    void count_call(ApiKeyId id, const ApiKeyUse& use)
    {
        KeyUses changed{**this};
        changed.count_call(id, use);
        changed.write();
    }
    void take_back_call(const KeyCall& call)
    {
        KeyUses changed{**this};
        changed.take_back_call(call);
        changed.write();
    }
    std::int64_t in_flight(ApiKeyId id) { return store.find(id).value().status.use.in_flight; }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a key is read as it was written")
{
    KeyShelf keys;
    const ApiKeyId id = keys.add(
        "a", {.limits = {.calls_per_day = 5, .calls_per_minute = 4, .concurrency = 3}, .expires_at = half_past + 1h},
        {"jimeng-4.0", "two words", "即梦"});
    const ApiKey key = keys.store.find(id).value();
    CHECK(key.id == id);
    CHECK(key.name == "a");
    CHECK(key.prefix == "dm-a");
    CHECK(key.models == Names{"jimeng-4.0", "two words", "即梦"});
    CHECK(key.created_at == half_past);
    CHECK(key.status.limits.calls_per_day == 5);
    CHECK(key.status.limits.calls_per_minute == 4);
    CHECK(key.status.limits.concurrency == 3);
    CHECK(key.status.expires_at == half_past + 1h);
    CHECK_FALSE(key.status.revoked_at);
    CHECK_FALSE(key.status.use.last_used_at);

    const ApiKeyStatus status = keys.store.find(id).value().status;
    CHECK(status.limits.concurrency == 3);
    CHECK(status.expires_at == half_past + 1h);

    const ApiKey plain = keys.store.find(keys.add("plain")).value();
    CHECK(plain.models.empty());
    CHECK_FALSE(plain.status.limits.calls_per_day);
    CHECK_FALSE(plain.status.limits.calls_per_minute);
    CHECK_FALSE(plain.status.limits.concurrency);
    CHECK_FALSE(plain.status.expires_at);
    CHECK_FALSE(keys.store.find(77));
    CHECK_FALSE(keys.store.find(77));
}

TEST_CASE("a name is one key's only, until that is revoked")
{
    KeyShelf keys;
    const ApiKeyId first = keys.add("a");
    CHECK(keys.store.owner_of("a") == first);
    CHECK_FALSE(keys.store.owner_of("A"));
    CHECK_THROWS_AS(keys.store.add({.name = "a", .prefix = "dm-"}, "another digest", half_past), DatabaseError);
    keys.store.revoke(first, half_past);
    CHECK_FALSE(keys.store.owner_of("a"));
    const ApiKeyId second = keys.store.add({.name = "a", .prefix = "dm-"}, "another digest", half_past);
    CHECK(keys.store.owner_of("a") == second);
}

TEST_CASE("listed by state and page, the latest first, as the rule about states has them")
{
    KeyShelf keys;
    keys.add("active");
    keys.add("expired", {.expires_at = half_past});
    keys.add("later", {.expires_at = half_past + 1ms});
    const ApiKeyId revoked = keys.add("revoked", {.expires_at = half_past});
    keys.store.revoke(revoked, half_past);
    CHECK(keys.names(std::nullopt) == Names{"revoked", "later", "expired", "active"});
    CHECK(keys.names(ApiKeyState::active) == Names{"later", "active"});
    CHECK(keys.names(ApiKeyState::expired) == Names{"expired"});
    CHECK(keys.names(ApiKeyState::revoked) == Names{"revoked"});
    for (const ApiKeyState state : {ApiKeyState::active, ApiKeyState::expired, ApiKeyState::revoked})
        for (const ApiKey& key : keys.store.list({state, {}}, 1, 100, half_past).items)
            CHECK(state_of(key.status, half_past) == state);
    CHECK(keys.names(std::nullopt, 2, 3) == Names{"active"});
    CHECK(keys.store.list({}, 2, 3, half_past).total == 4);
    CHECK(keys.store.list({ApiKeyState::active, {}}, 5, 3, half_past).total == 2);

    // A part of the name, or of the prefix that people know a key by.
    CHECK(keys.store.list({{}, "TE"}, 1, 9, half_past).total == 1);
    CHECK(keys.store.list({{}, "m-act"}, 1, 9, half_past).items.at(0).name == "active");
    CHECK(keys.store.list({ApiKeyState::active, "e"}, 1, 1, half_past).total == 2);
    CHECK(keys.store.list({ApiKeyState::expired, "act"}, 1, 9, half_past).total == 0);
    CHECK(keys.store.list({{}, "%"}, 1, 9, half_past).total == 0);
}

TEST_CASE("what is changed is stored, and the use is not touched")
{
    KeyShelf keys;
    const ApiKeyId id = keys.add("a", {.limits = {.calls_per_day = 5}, .expires_at = half_past + 1h}, {"m"});
    keys.count_call(id, with_call({}, today, half_past));
    ApiKey key = keys.store.find(id).value();
    key.name = "b";
    key.models = {};
    key.status.limits = {.concurrency = 1};
    key.status.expires_at.reset();
    key.keep_alive_blanks = 20;
    keys.store.change(key, half_past);
    const ApiKey stored = keys.store.find(id).value();
    CHECK(stored.name == "b");
    CHECK(stored.models.empty());
    CHECK_FALSE(stored.status.limits.calls_per_day);
    CHECK(stored.status.limits.concurrency == 1);
    CHECK_FALSE(stored.status.expires_at);
    CHECK(stored.keep_alive_blanks == 20);
    CHECK(stored.status.use.total == 1);
}

TEST_CASE("a deleted key no longer works, but its name stays known, and its id is not given out again")
{
    KeyShelf keys;
    const ApiKeyId id = keys.add("a");
    keys.store.revoke(id, half_past);
    keys.store.remove(id, half_past);
    CHECK_FALSE(keys.store.find(id));
    CHECK_FALSE(keys.uses().status(id));
    CHECK(keys.names(std::nullopt).empty());
    CHECK(keys.store.all_by_digest().empty());
    CHECK(keys.store.name_of(id) == "a");
    CHECK(text(*keys, "SELECT digest FROM api_keys") == "NULL");
    CHECK(keys.add("a") > id);
    CHECK_FALSE(keys.store.name_of(77));
}

TEST_CASE("the version grows with every change, and not with calls")
{
    KeyShelf keys;
    std::int64_t version = keys.store.version();
    const auto changed = [&] { return std::exchange(version, keys.store.version()) < keys.store.version(); };
    const ApiKeyId id = keys.add("a");
    CHECK(changed());
    keys.store.change(keys.store.find(id).value(), half_past);
    CHECK(changed());
    keys.count_call(id, with_call({}, today, half_past));
    keys.take_back_call({.key = id, .counted_at = half_past});
    CHECK_FALSE(changed());
    keys.store.revoke(id, half_past);
    CHECK(changed());
    keys.store.remove(id, half_past);
    CHECK(changed());
    Database other{keys.file};
    CHECK(ApiKeyStore{other}.version() == version);
}

TEST_CASE("by digest: all there are, with what decides about them")
{
    KeyShelf keys;
    keys.add("a");
    const ApiKeyId revoked = keys.add("b", {}, {"m"});
    keys.store.revoke(revoked, half_past + 1s);
    std::map<std::string, ApiKey> found;
    for (auto& [digest, key] : keys.store.all_by_digest()) found.emplace(digest, key);
    REQUIRE(found.size() == 2);
    CHECK(found.at("digest of a").name == "a");
    CHECK(found.at("digest of b").models == Names{"m"});
    CHECK(found.at("digest of b").status.revoked_at == half_past + 1s);
}

TEST_CASE("a call is taken back from the periods that it was counted in, and only from those")
{
    KeyShelf keys;
    const ApiKeyId id = keys.add("a");
    const auto count = [&](Time now) {
        keys.count_call(id, with_call(keys.store.find(id).value().status.use, today, now));
        return KeyCall{.key = id, .counted_at = now};
    };
    const KeyCall first = count(half_past);
    const KeyCall second = count(half_past + 1s);
    keys.take_back_call({.key = id, .counted_at = {}});  // another attempt's
    CHECK(keys.store.find(id).value().status.use.total == 2);
    keys.take_back_call(second);
    ApiKeyUse use = keys.store.find(id).value().status.use;
    CHECK(use.total == 1);
    CHECK(use.day.calls == 1);
    CHECK(use.minute.calls == 1);

    count(half_past + 1min);
    keys.take_back_call(first);
    use = keys.store.find(id).value().status.use;
    CHECK(use.total == 1);
    CHECK(use.day.calls == 1);
    CHECK(use.minute.calls == 1);  // of the new minute
    CHECK(use.last_used_at == half_past + 1min);
}

TEST_CASE("in flight: its leases, and its requests that wait for one, however they come to their end")
{
    KeyShelf keys;
    const AccountId account = AccountStore{*keys}.add(able_account("a@x.org"), half_past);
    const ApiKeyId id = keys.add("a");
    const ApiKeyId other = keys.add("b");
    LeaseStore leases{*keys};
    WaitingStore waiting{*keys};
    const auto lease = [&](std::optional<KeyCall> call) {
        const NewLease lease{.id = read_pool_state(*keys).last_lease + 1,
                             .account = account,
                             .model = "m",
                             .worker = "one",
                             .reserved_at = half_past,
                             .expires_at = half_past + 1min,
                             .key_call = call};
        leases.add({&lease, 1});
        return lease.id;
    };
    const auto wait = [&] {
        const WaitingRequest request{.ticket = read_pool_state(*keys).last_ticket + 1,
                                     .worker = "one",
                                     .rule = {.id = "m"},
                                     .tried = {},
                                     .lease_for = 1min,
                                     .key_call = KeyCall{.key = id, .counted_at = {}}};
        waiting.add({&request, 1});
        return request.ticket;
    };
    const LeaseId first = lease(KeyCall{.key = id, .counted_at = half_past});
    lease(std::nullopt);
    lease(KeyCall{.key = other, .counted_at = half_past});
    CHECK(keys.in_flight(id) == 1);
    CHECK(keys.in_flight(other) == 1);

    const Ticket ticket = wait();
    wait();
    wait();
    CHECK(keys.in_flight(id) == 4);
    const GivenLease given{.ticket = ticket, .lease = lease(KeyCall{.key = id, .counted_at = {}})};
    waiting.give({&given, 1});
    CHECK(keys.in_flight(id) == 4);
    waiting.remove({&ticket, 1});  // its worker has its lease now
    CHECK(keys.in_flight(id) == 4);
    waiting.remove_all_of("one");
    CHECK(keys.in_flight(id) == 2);
    leases.remove({&first, 1});
    CHECK(keys.in_flight(id) == 1);
    AccountStore{*keys}.remove(account);  // and its leases with it
    CHECK(keys.in_flight(id) == 0);
    CHECK(keys.in_flight(other) == 0);
}
