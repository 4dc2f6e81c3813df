#include "core/domain/account/status_cause.hpp"

#include <algorithm>

namespace dreamina {
namespace {

constexpr std::string_view account_codes = "account.";

/// Where it tells of another program, what that said; of words without a code these.
std::string text_within(const Message& cause)
{
    if (!cause.code.starts_with(account_codes)) return english(cause);
    const auto reason = std::find_if(cause.params.begin(), cause.params.end(),
                                     [](const MessageParam& param) { return param.name == "reason"; });
    const auto* nested = reason == cause.params.end() ? nullptr : std::get_if<Message>(&reason->value);
    return nested ? english(*nested) : std::string{};
}

}  // namespace

Message status_message(const Account& account, UpstreamKind upstream)
{
    if (is_proxy_unsafe(account, upstream)) return {"account.proxy_unsafe"};
    switch (status_of(account)) {
    case AccountStatus::banned: return account.status_note;
    case AccountStatus::session_expired:
        return account.status_note.empty() ? Message{"account.expired"} : account.status_note;
    default: return status_reason(account, upstream);
    }
}

StatusCause status_cause(const Account& account, UpstreamKind upstream)
{
    if (is_proxy_unsafe(account, upstream)) return {"proxy_unsafe", {}};
    const AccountStatus status = status_of(account);
    const bool explained = status == AccountStatus::banned || status == AccountStatus::session_expired;
    const Message& cause = account.status_note;
    if (!explained || cause.empty()) return {};
    const bool known = cause.code.starts_with(account_codes);
    return {known ? cause.code.substr(account_codes.size()) : std::string{}, text_within(cause)};
}

}  // namespace dreamina
