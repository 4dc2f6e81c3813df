#pragma once
/// What the nginx that we ship has made of HOST, PORT and what else its files say.

#include <filesystem>

#include "core/base/json_reader.hpp"

namespace dreamina {

/// `{"host", "port", "port_fixed", "fault"}` out of nginx.json in the data folder, which nginx/apply.sh writes: where
/// nginx listens; whether the port was given to serve.sh, so that PORT does nothing; and why nginx has not taken the
/// last change ("taken": another program has the port; "refused": nginx -t says no; "unanswered": nginx did not
/// answer afterwards), null if it has. Null behind an administrator's own nginx, which we do not change.
Json nginx_state(const std::filesystem::path& data_folder);

}  // namespace dreamina
