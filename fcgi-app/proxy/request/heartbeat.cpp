#include "proxy/request/heartbeat.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/domain/settings.hpp"
#include "proxy/openai_error.hpp"

namespace dreamina {

tl::expected<std::optional<std::chrono::seconds>, Reply> read_heartbeat(const Request& request)
{
    const std::string* value = find_header(request.headers, "X-Dreamina-Heartbeat");
    if (value == nullptr) return std::nullopt;
    const auto seconds = whole_number(trim(*value));
    if (!seconds || *seconds < 0 || *seconds > max_keep_alive)
        return tl::unexpected(
            openai_error(400, "invalid_request_error", "invalid_heartbeat",
                         fmt::format("X-Dreamina-Heartbeat must be 0 to {} seconds, 0 for none", max_keep_alive)));
    return std::chrono::seconds{*seconds};
}

}  // namespace dreamina
