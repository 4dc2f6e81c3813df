#include "core/domain/account/account.hpp"

#include <limits>

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

Account fit_account()
{
    Account account;
    account.email = "a@example.com";
    account.session_id = std::string(32, 'a');
    account.points = 10;
    return account;
}

}  // namespace

TEST_CASE("every status has a word that reads back")
{
    for (const AccountStatus status : all_statuses) CHECK(parse_status(to_string(status)) == status);
    CHECK(to_string(AccountStatus::session_expired) == "session_expired");
    CHECK_FALSE(parse_status("Active"));
    CHECK_FALSE(parse_status(""));
}

TEST_CASE("an account with a session and points is active, with nothing to say")
{
    CHECK(status_of(fit_account()) == AccountStatus::active);
    CHECK(status_reason(fit_account()).empty());
}

TEST_CASE("of several reasons the first one is shown; taking them away one by one shows the next")
{
    Account account = fit_account();
    account.disabled = true;
    account.banned = true;
    account.session_id.reset();
    account.session_expired = true;
    account.points = 0;

    CHECK(status_of(account) == AccountStatus::disabled);
    CHECK(english(status_reason(account)) == "By an administrator");
    account.disabled = false;
    CHECK(status_of(account) == AccountStatus::banned);
    CHECK(english(status_reason(account)) == "Banned until lifted manually");
    account.banned = false;
    CHECK(status_of(account) == AccountStatus::no_session);
    CHECK(english(status_reason(account)) == "No session ID");
    account.session_id = "";
    CHECK(status_of(account) == AccountStatus::no_session);
    account.session_id = std::string(32, 'a');
    CHECK(status_of(account) == AccountStatus::session_expired);
    CHECK(english(status_reason(account)) == "Session expired");
    account.session_expired = false;
    CHECK(status_of(account) == AccountStatus::no_points);
    CHECK(english(status_reason(account)) == "Can only serve models that need no points");
    account.points = 0.5;
    CHECK(status_of(account) == AccountStatus::active);
}

TEST_CASE("a ban says until when and why")
{
    Account account = fit_account();
    account.banned = true;
    account.ban_until = parse_rfc3339("2026-11-22T11:28:34.461Z");
    CHECK(english(status_reason(account)) == "Banned until 2026-11-22T11:28:34Z");
    account.status_note = {"account.rate_limited"};
    CHECK(english(status_reason(account)) == "Banned until 2026-11-22T11:28:34Z: The upstream returned 429");
    account.ban_until.reset();
    CHECK(english(status_reason(account)) == "Banned until lifted manually: The upstream returned 429");
}

TEST_CASE("a ban's end is not the rule's to see, but that of the code that lifts bans")
{
    Account account = fit_account();
    account.banned = true;
    account.ban_until = from_millis(0);
    CHECK(status_of(account) == AccountStatus::banned);
}

TEST_CASE("CN accounts are not judged by points that cannot be asked for")
{
    CHECK(lacks_points(Region::us, 0));
    CHECK(lacks_points(Region::jp, -1));
    CHECK(lacks_points(Region::us, std::numeric_limits<double>::quiet_NaN()));
    CHECK_FALSE(lacks_points(Region::us, 0.1));
    CHECK_FALSE(lacks_points(Region::cn, 0));
    Account account = fit_account();
    account.region = Region::cn;
    account.points = 0;
    CHECK(status_of(account) == AccountStatus::active);
    account.points_doubted = true;
    CHECK(status_of(account) == AccountStatus::active);
}

TEST_CASE("with CN_POINTS_ENABLED points matter in CN as elsewhere")
{
    CHECK(lacks_points(Region::cn, 0, true));
    CHECK_FALSE(lacks_points(Region::cn, 1, true));
    CHECK(lacks_points(Region::us, 0, true));
    Account account = fit_account();
    account.region = Region::cn;
    account.points = 0;
    account.cn_points = true;
    CHECK(status_of(account) == AccountStatus::no_points);
    account.points = 5;
    CHECK(status_of(account) == AccountStatus::active);
    account.points_doubted = true;
    CHECK(status_of(account) == AccountStatus::no_points);
}
