#pragma once
/// The upstream's errors in OpenAI's form, for clients that know no other (UPSTREAM_ERRORS_AS_OPENAI).

#include <optional>

#include "core/domain/verdict/verdict.hpp"
#include "proxy/answer/upstream_answer.hpp"
#include "net/exchange.hpp"

namespace dreamina {

/// Nothing for an answer that is no failure, or is one in OpenAI's form already.
std::optional<Reply> upstream_error_as_openai(const UpstreamAnswer& answer, Verdict verdict);

/// Of an answer that is not JSON, for a client that has been promised some.
Reply unreadable_answer_error(int status);

}  // namespace dreamina
