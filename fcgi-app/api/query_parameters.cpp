#include "api/query_parameters.hpp"

#include <charconv>

#include <fmt/format.h>

namespace dreamina {
namespace {

constexpr std::int64_t largest_page = 1'000'000'000;
constexpr std::int64_t largest_size = 1000;

}  // namespace

Result<std::int64_t> number_parameter(const Request& request, std::string_view name, std::int64_t fallback,
                                      std::int64_t max)
{
    const auto text = query_parameter(request.query, name);
    if (!text || text->empty()) return fallback;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc{} || end != text->data() + text->size() || value < 1 || value > max)
        return failure("invalid_parameter", fmt::format("{} must be a whole number from 1 to {}", name, max));
    return value;
}

Result<PageWanted> page_parameters(const Request& request)
{
    PageWanted wanted;
    const auto page = number_parameter(request, "page", wanted.page, largest_page);
    if (!page) return tl::unexpected(page.error());
    const auto size = number_parameter(request, "size", wanted.size, largest_size);
    if (!size) return tl::unexpected(size.error());
    return PageWanted{*page, *size};
}

std::optional<std::int64_t> captured_id(const Call& call)
{
    const std::string& text = call.captures.at(0);
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{id} : std::nullopt;
}

Error not_a_choice(std::string_view name, std::string_view choices)
{
    return {"invalid_parameter", fmt::format("{} must be one of {}", name, choices)};
}

}  // namespace dreamina
