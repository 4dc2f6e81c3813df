#pragma once
/// What another program says of a failure, made fit to be shown, logged and stored.

#include <string>
#include <string_view>
#include <vector>

namespace dreamina {

/// One line of at most 200 bytes of UTF-8. Gone from it: each of `secrets`, credentials within URLs, what follows
/// words such as `password=` and `Bearer`, and anything that looks like a session id or a key.
std::string sanitized_error_text(std::string_view theirs, const std::vector<std::string>& secrets = {});

}  // namespace dreamina
