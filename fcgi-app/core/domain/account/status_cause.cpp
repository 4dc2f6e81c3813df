#include "core/domain/account/status_cause.hpp"

#include "core/domain/account/account_policy.hpp"

namespace dreamina {
namespace {

struct Sentence {
    std::string_view word;
    std::string_view text;  ///< what follows its end is somebody else's
};

/// As they are written by the API, the selection and the scheduler's jobs.
constexpr Sentence sentences[] = {
    {"administrator", "banned by an administrator"},
    {"damaged", "its stored session or proxy is damaged"},
    {"found_dead", "two checks, an hour or more apart, found the session no longer live"},
    {"refresh_failed", "its refresh failed: "},
};

constexpr std::string_view given_up = " refreshes failed in a row, so it waits until somebody asks; the last one: ";

StatusCause read(std::string_view note)
{
    for (const Verdict verdict : all_verdicts)
        if (!reason_for(verdict).empty() && note == reason_for(verdict)) return {to_string(verdict), {}};
    for (const auto& [word, text] : sentences)
        if (note.starts_with(text)) return {word, std::string{note.substr(text.size())}};
    if (const auto at = note.find(given_up); at != std::string_view::npos)
        return {"refreshes_given_up", std::string{note.substr(at + given_up.size())}};
    return {{}, std::string{note}};
}

}  // namespace

StatusCause status_cause(const Account& account, UpstreamKind upstream)
{
    if (is_proxy_unsafe(account, upstream)) return {"proxy_unsafe", {}};
    const AccountStatus status = status_of(account);
    const bool explained = status == AccountStatus::banned || status == AccountStatus::session_expired;
    return explained && account.status_note ? read(*account.status_note) : StatusCause{};
}

}  // namespace dreamina
