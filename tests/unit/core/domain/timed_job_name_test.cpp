#include "core/domain/timed_job_name.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("names of an earlier version are understood")
{
    CHECK(current_timed_job_name("find_out_upstream") == "detect_upstream");
    CHECK(current_timed_job_name("forget_removed_accounts") == "purge_deleted_accounts");
    CHECK(current_timed_job_name("prune") == "prune");
    CHECK(current_timed_job_name("").empty());
}
