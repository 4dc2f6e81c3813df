#include "core/domain/account/account.hpp"

namespace dreamina {
namespace {

/// To the second, which is fine enough for people.
std::string to_second(Time time)
{
    const std::string text = to_rfc3339(time);
    return text.substr(0, text.rfind('.')) + "Z";
}

Message ban_reason(const Account& account)
{
    const Message& why = account.status_note;
    if (!account.ban_until)
        return why.empty() ? Message{"account.banned"} : Message{"account.banned_because", {{"reason", why}}};
    const MessageParam until{"until", to_second(*account.ban_until)};
    return why.empty() ? Message{"account.banned_until", {until}}
                       : Message{"account.banned_until_because", {until, {"reason", why}}};
}

Message expiry_reason(const Account& account)
{
    const Message& why = account.status_note;
    return why.empty() ? Message{"account.expired"} : Message{"account.expired_because", {{"reason", why}}};
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

Message status_reason(const Account& account, UpstreamKind upstream)
{
    if (is_proxy_unsafe(account, upstream)) return {"account.proxy_unsafe"};
    switch (status_of(account)) {
    case AccountStatus::disabled: return {"account.disabled"};
    case AccountStatus::banned: return ban_reason(account);
    case AccountStatus::no_session: return {"account.no_session"};
    case AccountStatus::session_expired: return expiry_reason(account);
    case AccountStatus::no_points: return {account.points_doubted ? "account.points_doubted" : "account.no_points"};
    case AccountStatus::active: break;
    }
    return {};
}

}  // namespace dreamina
