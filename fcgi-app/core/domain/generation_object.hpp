#pragma once
/// A generation as its clients see it, in answers and in webhooks.

#include <string>

#include "core/domain/generation.hpp"

namespace dreamina {

/// What is said of one that has failed where the upstream said nothing.
std::string generation_failure(const Generation& generation);

/// A JSON object, without what the upstream answered.
std::string generation_object(const Generation& generation);

}  // namespace dreamina
