#pragma once
/// Values that may be missing, as replies show them.

#include <optional>

#include "core/base/json_reader.hpp"
#include "core/base/message/message_json.hpp"

namespace dreamina {

template <class T>
Json value_or_null(const std::optional<T>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

inline Json value_or_null(const std::optional<Time>& time) { return time ? Json(to_rfc3339(*time)) : Json(nullptr); }

/// In English, for those who take no codes.
inline Json english_or_null(const Message& message) { return message.empty() ? Json(nullptr) : Json(english(message)); }

}  // namespace dreamina
