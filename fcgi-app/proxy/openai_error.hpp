#pragma once
/// Errors that we raise ourselves under /v1, in the form that clients of such an API know.

#include <string>
#include <string_view>

#include "net/exchange.hpp"

namespace dreamina {

/// {"error": {"message", "type", "code"}}, readable for browser clients of any origin.
Reply openai_error(int status, std::string_view type, std::string_view code, std::string_view message);

/// Tells OpenAI's libraries, which repeat 408, 409, 429 and 5xx by themselves, whether to. Where a generation may have
/// run, another try would be another generation.
Header should_retry(bool retry);

/// Names of our headers that a browser lets a page of another origin read.
Header exposed_headers();

/// What every answer under /v1 carries unless the upstream says otherwise.
Header any_origin();

}  // namespace dreamina
