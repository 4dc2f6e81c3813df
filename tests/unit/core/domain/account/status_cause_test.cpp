#include "core/domain/account/status_cause.hpp"

#include <doctest/doctest.h>

#include "core/domain/account/account_policy.hpp"

using namespace dreamina;

namespace {

Account banned_for(std::optional<std::string> note)
{
    Account account;
    account.session_id = std::string(32, 'a');
    account.points = 10;
    account.banned = true;
    account.status_note = std::move(note);
    return account;
}

}  // namespace

TEST_CASE("what the policy says of a verdict is told by the verdict's word")
{
    for (const Verdict verdict : all_verdicts) {
        if (reason_for(verdict).empty()) continue;
        const StatusCause cause = status_cause(banned_for(std::string{reason_for(verdict)}));
        CHECK(cause.word == to_string(verdict));
        CHECK(cause.words.empty());
    }
}

TEST_CASE("what others said stays as they said it, beside a word for what we know")
{
    struct Row {
        const char* note;
        const char* word;
        const char* words;
    };
    const Row rows[] = {
        {"banned by an administrator", "administrator", ""},
        {"its stored session or proxy is damaged", "damaged", ""},
        {"two checks, an hour or more apart, found the session no longer live", "found_dead", ""},
        {"its refresh failed: wrong password", "refresh_failed", "wrong password"},
        {"3 refreshes failed in a row, so it waits until somebody asks; the last one: no mail", "refreshes_given_up",
         "no mail"},
        {"kept for the holidays", "", "kept for the holidays"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.note);
        const StatusCause cause = status_cause(banned_for(row.note));
        CHECK(cause.word == row.word);
        CHECK(cause.words == row.words);
    }
}

TEST_CASE("a status that says it all has no cause")
{
    Account account = banned_for("the upstream answered 429");
    account.disabled = true;
    CHECK(status_cause(account).word.empty());
    CHECK(status_cause(banned_for({})).word.empty());
    CHECK(status_cause(banned_for({})).words.empty());
}
