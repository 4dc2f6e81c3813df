#pragma once
/// The answers when a key does not let a request in, in the form that clients of such an API know.

#include <string_view>

#include "core/base/clock.hpp"
#include "core/domain/api_key.hpp"
#include "net/exchange.hpp"

namespace dreamina {

/// 401 where no key could be read. `any_header`: one that should hold a key was there.
Reply no_key_reply(bool any_header);

/// 401 for what is neither a key nor the password.
Reply wrong_key_reply();

/// 401 for a key that is good no more, 429 with Retry-After for one that has reached a limit.
Reply api_key_error_reply(const ApiKeyRefusal& refusal, Time now);

/// 403 for a key with a list of models. `model`: as the client wrote it; empty if none could be read.
Reply model_not_allowed_reply(std::string_view model);

/// The same where the request does not name the model: the upstream takes `model` for it.
Reply default_model_not_allowed_reply(std::string_view model);

/// 400 for such a key: not every program reads the same model in the body. `doubt`: why, as the end of a sentence.
Reply doubtful_model_reply(std::string_view doubt);

}  // namespace dreamina
