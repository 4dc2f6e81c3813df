#include "core/domain/account/account_ranges.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("accounts whose ids follow each other are one range")
{
    AccountRanges accounts;
    CHECK(accounts.text().empty());
    for (const AccountId id : {4, 5, 6, 9, 11, 12}) accounts.add(id);
    CHECK(accounts.count() == 6);
    CHECK(accounts.text() == "4-6, 9, 11-12");
    REQUIRE(accounts.all().size() == 3);
    CHECK(accounts.all()[0].first == 4);
    CHECK(accounts.all()[0].last == 6);
    CHECK(accounts.all()[0].emails.empty());
}

TEST_CASE("each range has the e-mails of its accounts")
{
    AccountRanges accounts;
    accounts.add(1, "a@x.org");
    accounts.add(2, "b@x.org");
    accounts.add(7, "c@x.org");
    REQUIRE(accounts.all().size() == 2);
    CHECK(accounts.all()[0].emails == "a@x.org\nb@x.org");
    CHECK(accounts.all()[1].emails == "c@x.org");
}

TEST_CASE("the text of very many ranges is cut off")
{
    AccountRanges accounts;
    for (AccountId id = 0; id < 10'000; id += 2) accounts.add(id);
    CHECK(accounts.text().size() < 2100);
    CHECK(accounts.text().ends_with(", …"));
    CHECK(accounts.all().size() == 5000);
}
