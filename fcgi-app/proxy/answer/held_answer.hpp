#pragma once
/// Holds the start of an upstream's answer back until it can be told what it means: an HTTP 200 may carry an error.

#include <optional>
#include <string>
#include <string_view>

#include "core/base/json_field_scanner.hpp"
#include "core/domain/verdict/answer_facts.hpp"
#include "proxy/answer/content_coding.hpp"
#include "proxy/answer/in_band_error.hpp"
#include "net/request.hpp"

namespace dreamina {

/// Errors are a few hundred bytes; a good answer that is longer than this is what it says it is.
constexpr std::size_t max_held_back = 16 * 1024;
/// A failure is held whole, since another account may do better; a gateway's page is a few tens of kilobytes.
constexpr std::size_t max_held_of_failure = 256 * 1024;

class HeldAnswer {
public:
    HeldAnswer(int status, const Headers& headers);

    /// Keeps the piece. True while more must come before the answer can be judged.
    bool hold(std::string_view piece);
    bool holds() const { return holding_; }

    /// From what has come so far.
    AnswerHead facts() const;
    /// A good status may carry a chat that tells of a failure.
    std::optional<InBandError> told() const;

    /// It is small enough for an error, and in an encoding that was not asked for and that we cannot read.
    bool is_riddle() const { return holding_ && coding_ == ContentCoding::unreadable; }

    /// What is held back now.
    std::string_view held() const { return held_; }
    /// … to be sent on.
    std::string release();

private:
    bool is_failure() const;
    JsonFieldScanner fields() const;
    std::string text() const;

    int status_;
    std::string content_type_;
    ContentCoding coding_;  // the client takes it, and the bytes are passed on as they are
    bool holding_;
    JsonFieldScanner fields_ = answer_fields();
    std::string held_;
};

bool is_event_stream(const Headers& headers);

}  // namespace dreamina
