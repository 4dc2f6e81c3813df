#pragma once
/// Prometheus' text format, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dreamina {

constexpr std::string_view metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

class MetricsText {
public:
    using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

    /// Begins a family; the samples that follow belong to it. A counter's name ends in _total.
    void counter(std::string_view name, std::string_view help) { begin(name, help, "counter"); }
    void gauge(std::string_view name, std::string_view help) { begin(name, help, "gauge"); }
    void sample(double value, const Labels& labels = {});
    void sample(std::int64_t value, const Labels& labels = {});

    /// How many took that long at most: those of the buckets below are among them.
    struct Bucket {
        double up_to = 0;
        std::int64_t count = 0;
    };
    /// A family that is one histogram: its buckets in rising order, without the one that has no bound; how many there
    /// are in all, and their sum.
    void histogram(std::string_view name, std::string_view help, const std::vector<Bucket>& buckets, std::int64_t count,
                   double sum);

    const std::string& text() const { return text_; }

private:
    void begin(std::string_view name, std::string_view help, std::string_view type);
    void line(std::string_view suffix, const Labels& labels, std::string_view value);

    std::string text_;
    std::string_view name_;
};

}  // namespace dreamina
