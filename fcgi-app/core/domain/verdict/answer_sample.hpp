#pragma once
/// What is kept of an answer that failed, so that rules can be tried on it later: its codes, and its words without
/// anything that a client or an account could be known by.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/domain/verdict/verdict.hpp"

namespace dreamina {

/// Answers with the same of these share one sample.
struct AnswerSample {
    int status = 0;
    std::int64_t code = 0;  ///< 0: none
    std::string message;    ///< masked, as the next
    std::string error;
    bool empty_data = false;
    std::string content_type;

    friend bool operator==(const AnswerSample&, const AnswerSample&) = default;
};

constexpr std::size_t max_sample_text_length = 512;  ///< bytes

/// Without addresses of any kind, e-mails, runs of more than six digits or hexadecimal ones (but the provider's own
/// error numbers), and what the upstreams quote: models, paths, bodies, names of forms' fields. Never longer than
/// `max_sample_text_length`.
std::string masked_words(std::string_view words);

/// Nothing for a success.
std::optional<AnswerSample> sample_of(const AnswerHead& answer, Verdict verdict);

/// The answer that a sample was taken of, as far as it is kept.
AnswerHead answer_of(const AnswerSample& sample);

}  // namespace dreamina
