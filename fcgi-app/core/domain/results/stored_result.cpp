#include "core/domain/results/stored_result.hpp"

#include <algorithm>

#include "core/base/time_ordered_id.hpp"
#include "core/domain/results/store_mode.hpp"

namespace dreamina {
namespace {

template <class Enum, std::size_t Size>
std::optional<Enum> value_called(const std::array<Enum, Size>& values, std::string_view text)
{
    const auto found = std::find_if(values.begin(), values.end(), [&](Enum each) { return to_string(each) == text; });
    return found == values.end() ? std::nullopt : std::optional{*found};
}

}  // namespace

std::string_view to_string(StoreMode mode)
{
    switch (mode) {
    case StoreMode::off: return "off";
    case StoreMode::copy: return "copy";
    case StoreMode::rewrite: return "rewrite";
    }
    return "off";
}

std::optional<StoreMode> parse_store_mode(std::string_view text) { return value_called(all_store_modes, text); }

std::string_view to_string(ResultState state)
{
    switch (state) {
    case ResultState::pending: return "pending";
    case ResultState::stored: return "stored";
    case ResultState::failed: return "failed";
    case ResultState::expired: return "expired";
    }
    return "failed";
}

std::optional<ResultState> parse_result_state(std::string_view text) { return value_called(all_result_states, text); }

std::string_view to_string(ResultMedia media) { return media == ResultMedia::image ? "image" : "video"; }

std::optional<ResultMedia> parse_result_media(std::string_view text) { return value_called(all_result_media, text); }

std::optional<std::string> parse_result_id(std::string_view text)
{
    if (text.starts_with(result_id_prefix)) text.remove_prefix(result_id_prefix.size());
    return is_time_ordered_id(text) ? std::optional{std::string{text}} : std::nullopt;
}

}  // namespace dreamina
