#include "proxy/generations/generation_filter.hpp"

#include <charconv>

#include "proxy/generations/generation_replies.hpp"

namespace dreamina {
namespace {

constexpr std::int64_t max_page = 100;
constexpr std::int64_t usual_page = 20;

}  // namespace

tl::expected<GenerationFilter, Reply> read_generation_filter(const std::string& query)
{
    const auto wrong = [](std::string_view message) { return tl::unexpected(invalid_parameter_reply(message)); };
    GenerationFilter filter{.limit = usual_page};
    if (const auto status = query_parameter(query, "status"); status && !status->empty()) {
        filter.state = parse_generation_state(*status);
        if (!filter.state) return wrong("status must be one of queued, in_progress, completed, failed, cancelled");
    }
    if (const auto after = query_parameter(query, "after"); after && !after->empty()) {
        const auto id = parse_generation_id(*after);
        if (!id) return wrong("after must be an id that a list has told");
        filter.after = *id;
    }
    if (const auto limit = query_parameter(query, "limit"); limit && !limit->empty()) {
        const auto [end, error] = std::from_chars(limit->data(), limit->data() + limit->size(), filter.limit);
        if (error != std::errc{} || end != limit->data() + limit->size() || filter.limit < 1 || filter.limit > max_page)
            return wrong("limit must be 1 to 100");
    }
    if (const auto order = query_parameter(query, "order"); order && !order->empty()) {
        if (*order != "asc" && *order != "desc") return wrong("order must be asc or desc");
        filter.oldest_first = *order == "asc";
    }
    return filter;
}

}  // namespace dreamina
