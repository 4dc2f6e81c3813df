#pragma once
/// In-band errors: those within an answer that began as a success, as the text of a chat or as an event of a stream.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/json_reader.hpp"

namespace dreamina {

struct InBandError {
    std::optional<std::int64_t> code;  ///< jimeng-api's
    std::string message;               ///< that goes with it
    std::string error;                 ///< jimeng-api-go's "[CODE] message"
    std::string chat;                  ///< what stands behind the chat's words for a failure

    bool operator==(const InBandError&) const = default;
};

/// What a chat says in place of a picture: behind "生成图片失败: " and its like at the very beginning, without the
/// advice that follows for a video. Nothing if it says something else.
std::optional<std::string> failure_in_chat(std::string_view text);

/// Of an event's data, or of a whole chat completion.
std::optional<InBandError> find_in_band_error(const Json& content);

}  // namespace dreamina
