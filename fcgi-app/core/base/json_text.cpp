#include "core/base/json_text.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace dreamina {
namespace {

/// As most are: what stands there is the text.
bool is_plain(std::string_view raw)
{
    return std::all_of(raw.begin(), raw.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

}  // namespace

std::optional<std::string> read_json_text(const std::string& raw)
{
    if (is_plain(raw)) return raw;
    const auto value = nlohmann::json::parse('"' + raw + '"', nullptr, false);
    return value.is_string() ? std::optional{value.get<std::string>()} : std::nullopt;
}

std::optional<std::string> read_cut_json_text(std::string raw)
{
    constexpr std::size_t max_character_length = 12;  // a surrogate pair: \uD83D\uDE00
    for (std::size_t dropped = 0; dropped < max_character_length; ++dropped) {
        if (auto text = read_json_text(raw)) return text;
        if (raw.empty()) break;
        raw.pop_back();
    }
    return std::nullopt;
}

}  // namespace dreamina
