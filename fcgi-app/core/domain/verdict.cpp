#include "domain/verdict.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace dreamina {
namespace {

constexpr std::string_view no_points_words = "积分不足";
constexpr std::string_view no_points_code = "(错误码: 1006)";

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool names_network_error(std::string_view text)
{
    constexpr std::array words{"ECONN", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "socket hang up", "timeout"};
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return holds(text, word); });
}

bool names_missing_points(std::string_view text) { return holds(text, no_points_words) || holds(text, no_points_code); }

bool always(std::string_view) { return true; }

using Condition = bool (*)(std::string_view message);

/// jimeng-api answers HTTP 200 with a negative code. The first row that fits counts.
struct CodeRow {
    std::int64_t code;
    Condition when;
    Verdict verdict;
};
constexpr std::array code_rows{
    CodeRow{-2002, always, Verdict::session_expired},
    CodeRow{-2009, always, Verdict::points_used_up},
    CodeRow{-2007, names_missing_points, Verdict::points_used_up},
    CodeRow{-2008, names_missing_points, Verdict::points_used_up},
    CodeRow{-2001, names_missing_points, Verdict::points_used_up},
    CodeRow{-2006, always, Verdict::content_refused},
    CodeRow{-1000, names_network_error, Verdict::provider_unreachable},
    CodeRow{-2001, names_network_error, Verdict::provider_unreachable},
    CodeRow{-2007, always, Verdict::generation_failed},
    CodeRow{-2008, always, Verdict::generation_failed},
    CodeRow{-2001, always, Verdict::request_failed},
};

bool holds_insufficient_points(std::string_view error)
{
    return holds(error, "_INSUFFICIENT_POINTS") || names_missing_points(error);
}
bool holds_generation_failed(std::string_view error)
{
    return holds(error, "API_IMAGE_GENERATION_FAILED") || holds(error, "API_VIDEO_GENERATION_FAILED");
}
bool holds_token_expires(std::string_view error) { return holds(error, "API_TOKEN_EXPIRES"); }
bool holds_content_filtered(std::string_view error) { return holds(error, "API_CONTENT_FILTERED"); }
bool holds_request_failed(std::string_view error) { return holds(error, "API_REQUEST_FAILED"); }

/// jimeng-api-go and gateways answer with a status, the former with "[CODE] message" beside it.
struct StatusRow {
    int from;
    int to;
    Condition when;
    Verdict verdict;
};
constexpr int any_last = std::numeric_limits<int>::max();
constexpr std::array status_rows{
    StatusRow{0, any_last, holds_content_filtered, Verdict::content_refused},
    StatusRow{0, 399, always, Verdict::success},
    StatusRow{401, 401, holds_token_expires, Verdict::session_expired},
    StatusRow{429, 429, holds_insufficient_points, Verdict::points_used_up},
    StatusRow{429, 429, holds_generation_failed, Verdict::generation_failed},
    StatusRow{429, 429, always, Verdict::rate_limited},
    StatusRow{400, 499, always, Verdict::bad_parameters},
    StatusRow{500, 500, names_network_error, Verdict::provider_unreachable},
    StatusRow{500, 500, holds_request_failed, Verdict::request_failed},
    StatusRow{500, 500, always, Verdict::server_error},
    StatusRow{524, 524, always, Verdict::gateway_gave_up},
    StatusRow{501, any_last, always, Verdict::gateway_error},
};

}  // namespace

std::string_view to_string(Verdict verdict)
{
    switch (verdict) {
    case Verdict::success: return "success";
    case Verdict::session_expired: return "session_expired";
    case Verdict::points_used_up: return "points_used_up";
    case Verdict::content_refused: return "content_refused";
    case Verdict::bad_parameters: return "bad_parameters";
    case Verdict::rate_limited: return "rate_limited";
    case Verdict::server_error: return "server_error";
    case Verdict::gateway_gave_up: return "gateway_gave_up";
    case Verdict::generation_failed: return "generation_failed";
    case Verdict::request_failed: return "request_failed";
    case Verdict::gateway_error: return "gateway_error";
    case Verdict::provider_unreachable: return "provider_unreachable";
    case Verdict::interrupted: return "interrupted";
    }
    return "unknown";
}

std::optional<Verdict> parse_verdict(std::string_view text)
{
    const auto found = std::find_if(all_verdicts.begin(), all_verdicts.end(),
                                    [&](Verdict verdict) { return to_string(verdict) == text; });
    return found == all_verdicts.end() ? std::nullopt : std::optional{*found};
}

Verdict judge(const AnswerHead& answer)
{
    if (answer.code && *answer.code < 0) {
        for (const CodeRow& row : code_rows) {
            if (row.code == *answer.code && row.when(answer.message)) return row.verdict;
        }
        return Verdict::bad_parameters;  // plain errors, unknown routes: the client's to read
    }
    // Some gateways put their words into "message".
    const std::string words = answer.error + ' ' + answer.message;
    for (const StatusRow& row : status_rows) {
        if (answer.status >= row.from && answer.status <= row.to && row.when(words)) return row.verdict;
    }
    return Verdict::gateway_error;
}

}  // namespace dreamina
