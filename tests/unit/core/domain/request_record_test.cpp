#include "core/domain/request_record.hpp"

#include <set>

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("each outcome has a name of its own, and is found by it")
{
    std::set<std::string_view> names;
    for (const RequestOutcome outcome : all_request_outcomes) {
        CHECK(parse_request_outcome(to_string(outcome)) == outcome);
        names.insert(to_string(outcome));
    }
    CHECK(names.size() == all_request_outcomes.size());
    CHECK_FALSE(names.contains("unknown"));
    CHECK_FALSE(parse_request_outcome("unknown"));
    CHECK_FALSE(parse_request_outcome(""));
}

TEST_CASE("each verdict is found by its name")
{
    std::set<std::string_view> names;
    for (const Verdict verdict : all_verdicts) {
        CHECK(parse_verdict(to_string(verdict)) == verdict);
        names.insert(to_string(verdict));
    }
    CHECK(names.size() == all_verdicts.size());
    CHECK_FALSE(parse_verdict("Success"));
}

TEST_CASE("what a request's last verdict makes of it")
{
    CHECK(outcome_of(Verdict::success) == RequestOutcome::success);
    CHECK(outcome_of(Verdict::content_refused) == RequestOutcome::content_refused);
    for (const Verdict verdict : {Verdict::bad_parameters, Verdict::client_image, Verdict::model_not_in_region})
        CHECK(outcome_of(verdict) == RequestOutcome::bad_parameters);
    for (const Verdict verdict :
         {Verdict::session_expired, Verdict::points_used_up, Verdict::rate_limited, Verdict::account_proxy})
        CHECK(outcome_of(verdict) == RequestOutcome::account_failed);
    for (const Verdict verdict :
         {Verdict::server_error, Verdict::gateway_gave_up, Verdict::generation_failed, Verdict::request_failed,
          Verdict::gateway_error, Verdict::may_have_run, Verdict::provider_ill, Verdict::not_an_upstream})
        CHECK(outcome_of(verdict) == RequestOutcome::upstream_failed);
    CHECK(outcome_of(Verdict::provider_unreachable) == RequestOutcome::upstream_unreachable);
    CHECK(outcome_of(Verdict::interrupted) == RequestOutcome::interrupted);
}

TEST_CASE("of an upstream's failure the code is kept, never its words")
{
    CHECK(failure_code(-2006, "") == "-2006");
    CHECK(failure_code(std::nullopt, "[API_CONTENT_FILTERED] a prompt of mine") == "API_CONTENT_FILTERED");
    CHECK(failure_code(std::nullopt, "a prompt of mine").empty());
    CHECK(failure_code(std::nullopt, "[a prompt of mine]").empty());
    CHECK(failure_code(std::nullopt, "[" + std::string(100, 'A') + "]").empty());
    CHECK(failure_code(std::nullopt, "[UNENDED").empty());
    CHECK(failure_code(std::nullopt, "").empty());
}
