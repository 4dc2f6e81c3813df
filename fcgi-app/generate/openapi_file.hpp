#pragma once
/// openapi.json as it should be.

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "generate/generated_members.hpp"

namespace dreamina {

/// `present` laid out, with these members and everything else as it is. An object with generated members names them
/// in its field "x-generated", for those who read the file; other objects lose such a field.
/// Error code "invalid_openapi": `present` is no JSON, or lacks one of the objects.
Result<std::string> renewed_openapi(std::string_view present, const std::vector<GeneratedMember>& members);

}  // namespace dreamina
