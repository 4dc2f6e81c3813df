#include "core/domain/verdict/answer_facts.hpp"

#include "core/base/text.hpp"

namespace dreamina {
namespace {

constexpr std::size_t max_words_length = 4096;

std::string words_of(const JsonFieldScanner& fields, const char* name)
{
    std::string words = fields.text(name).value_or("");
    if (fields.is_cut(name)) words += "…";
    return words;
}

}  // namespace

JsonFieldScanner answer_fields() { return JsonFieldScanner{{"code", "message", "error", "data"}, max_words_length}; }

AnswerHead answer_facts(int status, std::string_view content_type, const JsonFieldScanner& fields)
{
    return {.status = status,
            .code = fields.integer("code"),
            .message = words_of(fields, "message"),
            .error = words_of(fields, "error"),
            .empty_data = fields.is_empty_list("data"),
            .content_type = media_type(content_type)};
}

}  // namespace dreamina
