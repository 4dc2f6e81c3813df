#pragma once
/// Holds the start of an upstream's answer back until it can be told what it means: an HTTP 200 may carry an error.

#include <memory>
#include <string>
#include <string_view>

#include "base/json_field_scanner.hpp"
#include "domain/answer_facts.hpp"
#include "domain/verdict_rules.hpp"
#include "server/request.hpp"

namespace dreamina {

/// Errors are a few hundred bytes; a good answer that is longer than this is what it says it is.
constexpr std::size_t most_held_back = 16 * 1024;
/// A failure is held whole, since another account may do better; a gateway's page is a few tens of kilobytes.
constexpr std::size_t most_held_of_failure = 256 * 1024;

class HeldAnswer {
public:
    /// `rules`: in force; null for the shipped ones.
    HeldAnswer(int status, const Headers& headers, std::shared_ptr<const VerdictRules> rules = nullptr);

    /// Keeps the piece. True while more must come before the answer can be judged.
    bool hold(std::string_view piece);
    bool holds() const { return holding_; }

    /// From what has come so far.
    AnswerHead facts() const;
    Judgement judgement() const;

    /// The upstream's own code for a failure, fit for the log; empty if it gave none.
    std::string failure_code() const;

    /// What is held back now.
    std::size_t size() const { return held_.size(); }
    /// … to be sent on.
    std::string release();

private:
    JsonFieldScanner fields() const;

    int status_;
    std::string content_type_;
    std::shared_ptr<const VerdictRules> rules_;
    bool holding_;
    bool compressed_;  // the client asked for it, and the bytes are passed on as they are
    JsonFieldScanner fields_ = answer_fields();
    std::string held_;
};

bool is_event_stream(const Headers& headers);

}  // namespace dreamina
