#pragma once
/// A generation as its clients see it, in answers and in webhooks.

#include <string>

#include "core/domain/generation.hpp"

namespace dreamina {

/// A JSON object, without what came of it.
std::string generation_object(const Generation& generation);

}  // namespace dreamina
