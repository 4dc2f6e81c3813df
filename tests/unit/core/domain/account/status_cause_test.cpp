#include "core/domain/account/status_cause.hpp"

#include <doctest/doctest.h>

#include "core/domain/account/account_policy.hpp"

using namespace dreamina;

namespace {

Account banned_for(Message note)
{
    Account account;
    account.session_id = std::string(32, 'a');
    account.points = 10;
    account.banned = true;
    account.status_note = std::move(note);
    return account;
}

}  // namespace

TEST_CASE("what the policy says of a verdict is told by the verdict's name")
{
    for (const Verdict verdict : all_verdicts) {
        if (reason_for(verdict).empty()) continue;
        const StatusCause cause = status_cause(banned_for(reason_for(verdict)));
        CHECK(cause.code == to_string(verdict));
        CHECK(cause.text.empty());
        CHECK(status_message(banned_for(reason_for(verdict))) == reason_for(verdict));
    }
}

TEST_CASE("what others said stays as they said it, beside a code for what we know")
{
    struct Row {
        Message note;
        const char* code;
        const char* text;
    };
    const Row rows[] = {
        {{"account.administrator"}, "administrator", ""},
        {{"account.damaged"}, "damaged", ""},
        {{"account.found_dead"}, "found_dead", ""},
        {{"account.refresh_failed", {{"reason", external_text("wrong password")}}}, "refresh_failed", "wrong password"},
        {{"account.refreshes_given_up", {{"failures", 3}, {"reason", external_text("no mail")}}},
         "refreshes_given_up",
         "no mail"},
        {external_text("kept for the holidays"), "", "kept for the holidays"},
        {message_from_json_text("by an earlier version"), "", "by an earlier version"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.note.code);
        const StatusCause cause = status_cause(banned_for(row.note));
        CHECK(cause.code == row.code);
        CHECK(cause.text == row.text);
        CHECK(status_message(banned_for(row.note)) == row.note);
    }
}

TEST_CASE("a status that says it all has no cause")
{
    Account account = banned_for({"account.rate_limited"});
    account.disabled = true;
    CHECK(status_cause(account).code.empty());
    CHECK(status_cause(banned_for({})).code.empty());
    CHECK(status_cause(banned_for({})).text.empty());
}

TEST_CASE("what is shown beside a status explains it, and does not say until when it lasts")
{
    Account account = banned_for({});
    CHECK(status_message(account).empty());
    account.disabled = true;
    CHECK(status_message(account) == Message{"account.disabled"});
    account.disabled = account.banned = false;
    CHECK(status_message(account).empty());
    account.session_expired = true;
    CHECK(status_message(account) == Message{"account.expired"});
    account.status_note = {"account.found_dead"};
    CHECK(status_message(account) == Message{"account.found_dead"});
    account.session_expired = false;
    account.points = 0;
    CHECK(status_message(account) == Message{"account.no_points"});
    account.points_doubted = true;
    CHECK(status_message(account) == Message{"account.points_doubted"});
    account.proxy_url = "socks5://h:1";
    CHECK(status_message(account, UpstreamKind::jimeng_api_go) == Message{"account.proxy_unsafe"});
    account.session_id.reset();
    CHECK(status_message(account) == Message{"account.no_session"});
}
