#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace dreamina::stand_in {

/// On one line, keys in their order; what is no UTF-8 is replaced.
inline std::string dump(const nlohmann::ordered_json& value)
{
    return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace dreamina::stand_in
