#include "core/storage/accounts/account_list.hpp"

#include <map>

#include "core/storage/accounts/pool_figures.hpp"
#include "core/storage/counted_calls.hpp"
#include "core/storage/temporary_database.hpp"
#include "core/storage/stores/lease_store.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

using Emails = std::vector<std::string>;

struct Listed : TemporaryDatabase {
    AccountStore store{**this};

    AccountId add(const std::string& email, Region region = Region::us, double points = 120)
    {
        NewAccount account = able_account(email, region);
        account.points = points;
        return store.add(account, start);
    }
    Emails emails(const AccountFilter& filter, const AccountOrder& order = {}, std::int64_t page = 1,
                  std::int64_t size = 1000)
    {
        Emails found;
        for (const Account& account : list_accounts(**this, filter, order, page, size).items)
            found.push_back(account.email);
        return found;
    }
};

}  // namespace

TEST_CASE("a page at a time, with the total of all pages")
{
    Listed listed;
    for (const char* email : {"a", "b", "c", "d", "e"}) listed.add(email);
    CHECK(listed.emails({}, {}, 1, 2) == Emails{"a", "b"});
    CHECK(listed.emails({}, {}, 3, 2) == Emails{"e"});
    CHECK(listed.emails({}, {}, 4, 2).empty());
    CHECK(list_accounts(*listed, {}, {}, 4, 2).total == 5);
    CHECK(list_accounts(*listed, {}, {}, 1'000'000'000'000, 1000).items.empty());
}

TEST_CASE("filters hold together; a part of an address is taken by the letter")
{
    Listed listed;
    listed.add("anna_1@x.org", Region::hk);
    listed.add("ANNA%2@x.org", Region::us);
    listed.add("bob@x.org", Region::hk);
    CHECK(listed.emails({.regions = {Region::hk}}) == Emails{"anna_1@x.org", "bob@x.org"});
    CHECK(listed.emails({.email_part = "anna"}) == Emails{"anna_1@x.org", "ANNA%2@x.org"});
    CHECK(listed.emails({.regions = {Region::hk}, .email_part = "ANNA"}) == Emails{"anna_1@x.org"});
    CHECK(listed.emails({.email_part = "%"}) == Emails{"ANNA%2@x.org"});
    CHECK(listed.emails({.email_part = "_"}) == Emails{"anna_1@x.org"});
    CHECK(listed.emails({.email_part = "' OR 1=1 --"}).empty());
    CHECK(list_accounts(*listed, {.regions = {Region::hk}}, {}, 1, 1).total == 2);
}

TEST_CASE("the status that is filtered and sorted by is the status that is shown")
{
    Listed listed;
    listed.add("active");
    listed.add("active-cn", Region::cn, 0);
    listed.add("no-points", Region::us, 0);
    const AccountId banned = listed.add("banned-and-expired");
    const AccountId expired = listed.add("expired", Region::us, 0);
    const AccountId disabled = listed.add("disabled-and-banned");
    const AccountId sessionless = listed.add("no-session");
    for (const AccountId id : {banned, disabled}) listed.store.ban(id, std::nullopt, {}, start);
    for (const AccountId id : {banned, expired})
        listed->run("UPDATE accounts SET session_expired = 1 WHERE id = ?", id);
    listed.store.set_disabled(disabled, true, start);
    listed.store.change(sessionless, {.session_id = std::optional<std::string>{}}, start);

    const std::map<AccountStatus, Emails> expected{
        {AccountStatus::active, {"active", "active-cn"}},   {AccountStatus::banned, {"banned-and-expired"}},
        {AccountStatus::disabled, {"disabled-and-banned"}}, {AccountStatus::no_session, {"no-session"}},
        {AccountStatus::session_expired, {"expired"}},      {AccountStatus::no_points, {"no-points"}}};
    for (const AccountStatus status : all_statuses) {
        CAPTURE(std::string{to_string(status)});
        CHECK(listed.emails({.statuses = {status}}) == expected.at(status));
        for (const Account& account : list_accounts(*listed, {.statuses = {status}}, {}, 1, 100).items)
            CHECK(status_of(account) == status);
    }
    CHECK(listed.emails({}, {.key = "status"}).front() == "active");
    CHECK(listed.emails({}, {.key = "status", .descending = true}).front() == "expired");
}

TEST_CASE("with CN_POINTS_ENABLED the status of CN accounts goes by their points")
{
    Listed listed;
    listed.add("full-cn", Region::cn, 7);
    const AccountId empty = listed.add("empty-cn", Region::cn, 0);
    listed->run("UPDATE accounts SET exhausted = 1");
    CHECK(listed.emails({.at_limit = true}).size() == 2);
    LeaseStore{*listed}.set_cn_points(true);
    CHECK(listed.emails({.statuses = {AccountStatus::no_points}}) == Emails{"empty-cn"});
    CHECK(listed.emails({.statuses = {AccountStatus::active}}) == Emails{"full-cn"});
    CHECK(listed.emails({.at_limit = true}) == Emails{"full-cn"});
    CHECK(status_of(listed.store.find(empty).value()) == AccountStatus::no_points);
}

TEST_CASE("every sort key sorts, equal rows by their ids")
{
    Listed listed;
    const AccountId first = listed.add("b@x.org", Region::us, 5);
    const AccountId second = listed.add("A@x.org", Region::hk, 5);
    const AccountId third = listed.add("c@x.org", Region::cn, 1);
    CHECK(listed.emails({}, {.key = "email"}) == Emails{"A@x.org", "b@x.org", "c@x.org"});
    CHECK(listed.emails({}, {.key = "region"}) == Emails{"c@x.org", "A@x.org", "b@x.org"});
    CHECK(listed.emails({}, {.key = "points", .descending = true}) == Emails{"b@x.org", "A@x.org", "c@x.org"});
    CHECK(listed.emails({}, {.key = "id", .descending = true}) == Emails{"c@x.org", "A@x.org", "b@x.org"});

    struct Column {
        const char* key;
        const char* column;
    };
    for (const Column& column :
         {Column{"created_at", "created_at"}, Column{"updated_at", "updated_at"},
          Column{"last_used_at", "last_used_at"}, Column{"session_id_updated_at", "session_updated_at"},
          Column{"error_count", "error_count"}, Column{"ban_until", "ban_until"}, Column{"in_flight", "in_flight"}}) {
        CAPTURE(std::string{column.key});
        const std::string sql = std::string{"UPDATE accounts SET "} + column.column + " = ? WHERE id = ?";
        listed->run(sql, 3, first);
        listed->run(sql, 1, second);
        listed->run(sql, 2, third);
        CHECK(listed.emails({}, {.key = column.key}) == Emails{"A@x.org", "c@x.org", "b@x.org"});
        CHECK(listed.emails({}, {.key = column.key, .descending = true}) == Emails{"b@x.org", "c@x.org", "A@x.org"});
    }
    const auto& keys = account_sort_keys();
    CHECK(keys.size() == 12);
    for (const std::string_view key : keys) CHECK(listed.emails({}, {.key = key}).size() == 3);
}

TEST_CASE("sorted by the use of one model, whatever its name")
{
    Listed listed;
    const AccountId little = listed.add("little");
    const AccountId much = listed.add("much");
    listed.add("none");
    const std::string model = "odd' name";
    count_call(*listed, little, model);
    for (int i = 0; i < 3; ++i) count_call(*listed, much, model);
    CHECK(listed.emails({}, {.key = "usage:" + model, .descending = true}) == Emails{"much", "little", "none"});
    CHECK(list_accounts(*listed, {}, {}, 1, 10).items[1].usage.at(model) == 3);
}

TEST_CASE("several regions or statuses mean any of them, together with the other filters")
{
    Listed listed;
    listed.add("a@x.org", Region::hk);
    listed.add("b@x.org", Region::jp);
    listed.add("c@x.org", Region::us);
    const AccountId out = listed.add("d@x.org", Region::hk, 0);
    CHECK(listed.emails({.regions = {Region::hk, Region::jp}}) == Emails{"a@x.org", "b@x.org", "d@x.org"});
    CHECK(listed.emails({.statuses = {AccountStatus::no_points, AccountStatus::banned}}) == Emails{"d@x.org"});
    listed.store.ban(out, std::nullopt, external_text("tired"), start);
    CHECK(listed.emails({.regions = {Region::hk}, .statuses = {AccountStatus::banned}}) == Emails{"d@x.org"});
    CHECK(listed.emails({.regions = {Region::jp}, .statuses = {AccountStatus::banned}}).empty());
}

TEST_CASE("room is what the choice of an account goes by: region, points, limit, and not busy")
{
    Listed listed;
    listed.add("free@x.org", Region::hk);
    listed.add("poor@x.org", Region::hk, 0);
    listed.add("elsewhere@x.org", Region::us);
    listed.store.ban(listed.add("banned@x.org", Region::hk), std::nullopt, external_text("tired"), start);
    const AccountId full = listed.add("full@x.org", Region::hk);
    listed->run("UPDATE accounts SET exhausted = 8 WHERE id = ?", full);
    ModelRule rule{.id = "m", .regions = only(Region::hk), .needs_points = true, .daily_limit = 5, .limit_bit = 3};

    CHECK(listed.emails({.available_for = rule}) == Emails{"free@x.org"});
    CHECK(listed.emails({.email_part = "nobody", .available_for = rule}).empty());
    rule.limit_bit = 4;
    CHECK(listed.emails({.available_for = rule}) == Emails{"free@x.org", "full@x.org"});
    rule.needs_points = false;
    CHECK(listed.emails({.available_for = rule}) == Emails{"free@x.org", "poor@x.org", "full@x.org"});
    CHECK(listed.emails({.at_limit = true}) == Emails{"full@x.org"});
    CHECK(accounts_at_limit(*listed) == 1);
}
