#include "core/domain/account/region_token.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

namespace {
const std::string session(32, 'a');
}

TEST_CASE("regions have one spelling and are read in either case")
{
    for (const Region region : all_regions) CHECK(parse_region(to_string(region)) == region);
    CHECK(parse_region("HK") == Region::hk);
    for (const char* other : {"", "u", "usa", "uk", "us-", " us"}) CHECK_FALSE(parse_region(other));
}

TEST_CASE("a region set is one bit for each region")
{
    RegionSet set = 0;
    for (const Region region : all_regions) {
        CHECK_FALSE(contains(set, region));
        set = static_cast<RegionSet>(set | only(region));
        CHECK(contains(set, region));
    }
    CHECK(set == every_region);
}

TEST_CASE("a prefix is taken off a session and tells its region")
{
    for (const Region region : all_regions) {
        const SplitSession split = split_session(std::string{to_string(region)} + "-" + session);
        CHECK(split.session_id == session);
        CHECK(split.region == region);
    }
    CHECK(split_session("HK-" + session).region == Region::hk);
    CHECK(split_session(session).session_id == session);
    CHECK_FALSE(split_session(session).region);
    CHECK(split_session("uk-" + session).session_id == "uk-" + session);
    CHECK(split_session("").session_id.empty());
    CHECK(split_session("us-").session_id.empty());
    CHECK(split_session("us-us-x").session_id == "us-x");
}

TEST_CASE("a session is 32 or more lower-case hex digits, prefix or not")
{
    CHECK(looks_like_session(session));
    CHECK(looks_like_session(session + "0123456789abcdef"));
    CHECK(looks_like_session("cn-" + session));
    CHECK_FALSE(looks_like_session(session.substr(1)));
    CHECK_FALSE(looks_like_session("us-" + session.substr(1)));
    CHECK_FALSE(looks_like_session(std::string(32, 'A')));
    CHECK_FALSE(looks_like_session(session + "g"));
    CHECK_FALSE(looks_like_session(session + " "));
    CHECK_FALSE(looks_like_session("xx-" + session));
    CHECK_FALSE(looks_like_session(""));
}

TEST_CASE("the upstream's token has a prefix but for CN, and the account's proxy in front")
{
    CHECK(upstream_token(Region::us, session) == "us-" + session);
    CHECK(upstream_token(Region::sg, session) == "sg-" + session);
    CHECK(upstream_token(Region::cn, session) == session);
    CHECK(upstream_token(Region::jp, session, "socks5://u:p@h:1080") == "socks5://u:p@h:1080@jp-" + session);
    CHECK(upstream_token(Region::cn, session, "http://h:1") == "http://h:1@" + session);
}
