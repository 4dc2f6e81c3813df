#pragma once
/// Messages as JSON values.

#include "core/base/json_reader.hpp"
#include "core/base/message/message.hpp"

namespace dreamina {

/// {"code", "params"}; null for an empty message.
Json message_json(const Message& message);

Json params_json(const std::vector<MessageParam>& params);

}  // namespace dreamina
