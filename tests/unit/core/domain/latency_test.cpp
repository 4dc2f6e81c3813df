#include "core/domain/latency.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("a duration falls into the first bucket that is not below it")
{
    CHECK(bucket_of(LatencyPart::whole, milliseconds{0}) == 10);
    CHECK(bucket_of(LatencyPart::whole, milliseconds{10}) == 10);
    CHECK(bucket_of(LatencyPart::whole, milliseconds{11}) == 25);
    CHECK(bucket_of(LatencyPart::whole, milliseconds{1'200'000}) == 1'200'000);
    CHECK(bucket_of(LatencyPart::whole, milliseconds{1'200'001}) == no_bound);
    CHECK(bucket_of(LatencyPart::own, milliseconds{1}) == 1);
}

TEST_CASE("bounds rise")
{
    for (const LatencyPart part : all_latency_parts) {
        const auto bounds = bounds_of(part);
        CHECK(std::is_sorted(bounds.begin(), bounds.end()));
        CHECK(std::adjacent_find(bounds.begin(), bounds.end()) == bounds.end());
    }
}
