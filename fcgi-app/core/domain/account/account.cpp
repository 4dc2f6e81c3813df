#include "core/domain/account/account.hpp"

#include <fmt/format.h>

namespace dreamina {
namespace {

std::string with_note(std::string_view sentence, const std::optional<std::string>& note)
{
    return note && !note->empty() ? fmt::format("{}: {}", sentence, *note) : std::string{sentence};
}

/// To the second, which is fine enough for people.
std::string to_second(Time time)
{
    const std::string text = to_rfc3339(time);
    return text.substr(0, text.rfind('.')) + "Z";
}

std::string ban_reason(const Account& account)
{
    const std::string until = account.ban_until ? to_second(*account.ban_until) : "unbanned by hand";
    return with_note("banned until " + until, account.status_note);
}

}  // namespace

std::string_view to_string(AccountStatus status)
{
    switch (status) {
    case AccountStatus::disabled: return "disabled";
    case AccountStatus::banned: return "banned";
    case AccountStatus::no_session: return "no_session";
    case AccountStatus::session_expired: return "session_expired";
    case AccountStatus::no_points: return "no_points";
    case AccountStatus::active: return "active";
    }
    return "active";
}

std::optional<AccountStatus> parse_status(std::string_view text)
{
    for (const AccountStatus status : all_statuses)
        if (text == to_string(status)) return status;
    return std::nullopt;
}

bool lacks_points(Region region, double points, bool cn_points)
{
    return (region != Region::cn || cn_points) && !(points > 0);
}

AccountStatus status_of(const Account& account)
{
    if (account.disabled) return AccountStatus::disabled;
    if (account.banned) return AccountStatus::banned;
    if (!account.session_id || account.session_id->empty()) return AccountStatus::no_session;
    if (account.session_expired) return AccountStatus::session_expired;
    const double points = account.points_doubted ? 0 : account.points;
    if (lacks_points(account.region, points, account.cn_points)) return AccountStatus::no_points;
    return AccountStatus::active;
}

bool is_proxy_unsafe(const Account& account, UpstreamKind upstream)
{
    const AccountStatus status = status_of(account);
    return gives_proxies_away(upstream) && account.proxy_url &&
           (status == AccountStatus::active || status == AccountStatus::no_points);
}

std::string status_reason(const Account& account, UpstreamKind upstream)
{
    if (is_proxy_unsafe(account, upstream))
        return "it has a proxy, which jimeng-api-go would tell its provider, so it is not used";
    switch (status_of(account)) {
    case AccountStatus::disabled: return "disabled by an administrator";
    case AccountStatus::banned: return ban_reason(account);
    case AccountStatus::no_session: return "no session id";
    case AccountStatus::session_expired: return with_note("the session has expired", account.status_note);
    case AccountStatus::no_points:
        if (account.points_doubted)
            return "the upstream says that its points are used up: until they are known, it serves what needs none";
        return "no points left: only models that need none are served";
    case AccountStatus::active: break;
    }
    return {};
}

}  // namespace dreamina
