#include "api/system/metrics_text.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("families, labels and numbers as Prometheus reads them")
{
    MetricsText text;
    text.counter("a_total", "How many.");
    text.sample(std::int64_t{9007199254740993});
    text.gauge("b", "A \"help\" with a \\ and a\nline.");
    text.sample(0.5, {{"x", "1"}, {"y", "a\"b\\c\nd"}});
    text.sample(1e300, {{"x", "名"}});
    text.sample(std::nan(""));
    text.sample(-std::numeric_limits<double>::infinity());
    CHECK(text.text() ==
          "# HELP a_total How many.\n"
          "# TYPE a_total counter\n"
          "a_total 9007199254740993\n"
          "# HELP b A \"help\" with a \\\\ and a\\nline.\n"
          "# TYPE b gauge\n"
          "b{x=\"1\",y=\"a\\\"b\\\\c\\nd\"} 0.5\n"
          "b{x=\"名\"} 1e+300\n"
          "b NaN\n"
          "b -Inf\n");
}

TEST_CASE("a histogram ends in +Inf, its sum and its count")
{
    MetricsText text;
    text.histogram("h_seconds", "Time.", {{0.1, 2}, {2.5, 5}}, 7, 4.25);
    CHECK(text.text() ==
          "# HELP h_seconds Time.\n"
          "# TYPE h_seconds histogram\n"
          "h_seconds_bucket{le=\"0.1\"} 2\n"
          "h_seconds_bucket{le=\"2.5\"} 5\n"
          "h_seconds_bucket{le=\"+Inf\"} 7\n"
          "h_seconds_sum 4.25\n"
          "h_seconds_count 7\n");
    MetricsText empty;
    empty.histogram("h", "None yet.", {}, 0, 0);
    CHECK(empty.text() == "# HELP h None yet.\n# TYPE h histogram\nh_bucket{le=\"+Inf\"} 0\nh_sum 0\nh_count 0\n");
}
