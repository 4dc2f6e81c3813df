#pragma once
/// Parameters of a path or query that several routes read. Error code "invalid_parameter".

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/message/coded_error.hpp"
#include "net/request.hpp"
#include "api/http/router.hpp"

namespace dreamina {

/// A whole number from 1 to `max`; absent and empty mean `fallback`.
Result<std::int64_t> number_parameter(const Request& request, std::string_view name, std::int64_t fallback,
                                      std::int64_t max);

/// A whole number from `min` to `max`; absent and empty mean "all".
Result<std::optional<std::int64_t>> whole_parameter(const Request& request, std::string_view name, std::int64_t min,
                                                    std::int64_t max);
constexpr std::int64_t max_id = 1'000'000'000'000'000;

/// At most 320 bytes of text without control characters; absent is empty.
Result<std::string> text_parameter(const Request& request, std::string_view name);

/// RFC 3339; absent and empty mean "open".
Result<std::optional<Time>> time_parameter(const Request& request, std::string_view name);

/// `from` and `to`, RFC 3339 each; absent and empty mean "open". `to` is not before `from`.
struct RangeRequest {
    std::optional<Time> from;
    std::optional<Time> to;
};
Result<RangeRequest> range_parameters(const Request& request);

/// What there is to choose from, for the fault of a parameter that is none of it.
using Choices = std::vector<std::string>;

/// All values of an enumeration.
template <class Enum, std::size_t Size>
Choices choices_of(const std::array<Enum, Size>& values)
{
    Choices names;
    for (const Enum value : values) names.emplace_back(to_string(value));
    return names;
}

const Choices& request_outcome_choices();
const Choices& verdict_choices();

/// Rows in one answer.
constexpr std::int64_t max_page_size = 1000;

struct PageRequest {
    std::int64_t page = 1;
    std::int64_t size = 100;
};
/// `page` and `size`.
Result<PageRequest> page_parameters(const Request& request);

/// The id in a route's first {…}; nothing if it is not a whole number, which is then an unknown one.
std::optional<std::int64_t> captured_id(const Call& call);

/// Error code "invalid_parameter".
tl::unexpected<Error> wrong_parameter(std::string_view name, Message fault);

/// Reads a parameter with a closed list of values; absent and empty mean "all".
template <class T>
Result<std::optional<T>> choice_parameter(const Request& request, std::string_view name,
                                          std::optional<T> (*parse)(std::string_view), const Choices& choices)
{
    const auto text = query_parameter(request.query, name);
    if (!text || text->empty()) return std::optional<T>{};
    const auto value = parse(*text);
    if (!value) return wrong_parameter(name, not_one_of(choices));
    return value;
}

}  // namespace dreamina
