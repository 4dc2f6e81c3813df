#pragma once
/// A stored result: the copy of a picture or video of an answer, and what is known of it.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/message/message.hpp"

namespace dreamina {

/// The names are stored, and told to clients: append only.
enum class ResultState {
    pending,  ///< not fetched yet
    stored,
    failed,
    expired  ///< its file is gone: its time was over, or others needed the room
};

inline constexpr std::array all_result_states{ResultState::pending, ResultState::stored, ResultState::failed,
                                              ResultState::expired};

std::string_view to_string(ResultState state);
std::optional<ResultState> parse_result_state(std::string_view text);

enum class ResultMedia { image, video };

inline constexpr std::array all_result_media{ResultMedia::image, ResultMedia::video};

std::string_view to_string(ResultMedia media);
std::optional<ResultMedia> parse_result_media(std::string_view text);

/// In front of the id where clients see it.
constexpr std::string_view result_id_prefix = "res_";
/// The id that somebody wrote, with the prefix or without; nothing if it can be none.
std::optional<std::string> parse_result_id(std::string_view text);

struct StoredResult {
    std::string id;
    std::string request_id;
    std::optional<std::string> generation_id;
    std::int64_t api_key = 0;  ///< 0: the administrator's password
    std::optional<std::int64_t> account;
    std::string model;
    std::int64_t position = 0;              ///< within the answer
    std::optional<std::string> source_url;  ///< nothing: its bytes came with the answer
    std::string source_host;
    std::optional<Time> source_until;  ///< the provider's copy may be gone then
    ResultState state = ResultState::pending;
    std::optional<ResultMedia> media;  ///< of one that is or was stored, like what follows
    std::string mime;
    std::optional<std::int64_t> bytes;
    std::optional<std::int64_t> width;
    std::optional<std::int64_t> height;
    std::string sha256;  ///< hexadecimal; names the file
    bool is_pinned = false;
    Time created_at{};
    Time expires_at{};  ///< unless it is pinned
    std::int64_t attempts = 0;
    Time next_at{};  ///< of a pending one: when it is fetched
    Message last_error;
};

}  // namespace dreamina
