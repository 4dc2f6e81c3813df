#include "api/system/metrics_text.hpp"

#include <cmath>

#include <fmt/format.h>

namespace dreamina {
namespace {

std::string number(double value)
{
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    return fmt::format("{}", value);
}

/// In a help text a double quote is one like any other.
std::string escaped(std::string_view text, bool quotes)
{
    std::string result;
    for (const char c : text) {
        if (c == '\\') {
            result += "\\\\";
        } else if (c == '\n') {
            result += "\\n";
        } else if (c == '"' && quotes) {
            result += "\\\"";
        } else {
            result += c;
        }
    }
    return result;
}

}  // namespace

void MetricsText::begin(std::string_view name, std::string_view help, std::string_view type)
{
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, escaped(help, false), name, type);
}

void MetricsText::line(std::string_view suffix, const Labels& labels, std::string_view value)
{
    text_ += name_;
    text_ += suffix;
    std::string_view separator = "{";
    for (const auto& [label, content] : labels) {
        text_ += fmt::format("{}{}=\"{}\"", separator, label, escaped(content, true));
        separator = ",";
    }
    if (!labels.empty()) text_ += '}';
    text_ += ' ';
    text_ += value;
    text_ += '\n';
}

void MetricsText::sample(double value, const Labels& labels) { line("", labels, number(value)); }
void MetricsText::sample(std::int64_t value, const Labels& labels) { line("", labels, fmt::format("{}", value)); }

void MetricsText::histogram(std::string_view name, std::string_view help, const std::vector<Bucket>& buckets,
                            std::int64_t count, double sum)
{
    begin(name, help, "histogram");
    for (const Bucket& bucket : buckets)
        line("_bucket", {{"le", number(bucket.up_to)}}, fmt::format("{}", bucket.count));
    line("_bucket", {{"le", "+Inf"}}, fmt::format("{}", count));
    line("_sum", {}, number(sum));
    line("_count", {}, fmt::format("{}", count));
}

}  // namespace dreamina
