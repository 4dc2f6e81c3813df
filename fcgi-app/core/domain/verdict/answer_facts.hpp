#pragma once
/// Reads from an answer what is needed to judge it.

#include <string>
#include <string_view>

#include "core/base/json_field_scanner.hpp"
#include "core/domain/verdict/verdict.hpp"

namespace dreamina {

/// For an answer's body, which is fed to it.
JsonFieldScanner answer_fields();

/// Texts that were too long to be kept end with "…", so that no rule takes the cut for their end.
AnswerHead answer_facts(int status, std::string_view content_type, const JsonFieldScanner& fields);

}  // namespace dreamina
