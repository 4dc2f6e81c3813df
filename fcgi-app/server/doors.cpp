#include "server/doors.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/log.hpp"
#include "base/text.hpp"
#include "server/router.hpp"
#include "storage/login_attempt_store.hpp"

namespace dreamina {
namespace {

using Verdict = PasswordAnswer::Verdict;

PasswordAnswer too_many(Time until, Time now)
{
    return {Verdict::too_many, std::max(std::chrono::ceil<std::chrono::seconds>(until - now), std::chrono::seconds{1})};
}

/// `host[:port]` of an origin such as `https://host:port`.
std::string_view authority_of(std::string_view origin)
{
    const auto scheme_end = origin.find("://");
    return scheme_end == std::string_view::npos ? std::string_view{} : origin.substr(scheme_end + 3);
}

bool names_host(std::string_view hosts, std::string_view host)
{
    while (!hosts.empty()) {
        const auto comma = hosts.find(',');
        if (equals_ignoring_case(trim(hosts.substr(0, comma)), host)) return true;
        hosts = comma == std::string_view::npos ? std::string_view{} : hosts.substr(comma + 1);
    }
    return false;
}

Reply foreign_page(std::string_view word) { return error_reply(403, {"foreign_page", std::string{word}}); }

}  // namespace

PasswordAnswer admit_password(PasswordCheck& passwords, Database& database, std::string_view candidate,
                              const std::string& stored, const ClientAddress& client, Time now)
{
    if (client.is_public && passwords.is_default(stored)) return {Verdict::default_password};
    if (passwords.is_known_wrong(candidate, stored)) return {Verdict::wrong};

    LoginAttemptStore attempts{database};
    const auto standing = attempts.standing(client.limit_key, client.is_public, now);
    // Also where it would be right: otherwise the answer to a guess would still tell.
    if (standing.refused_until) return too_many(*standing.refused_until, now);
    if (passwords.matches_quickly(candidate, stored).value_or(false)) {
        if (standing.failures > 0 || !standing.logged_in_lately) attempts.succeeded(client.limit_key, false, now);
        return {Verdict::right};
    }

    if (const auto until = attempts.begin(client.limit_key, client.is_public, now)) return too_many(*until, now);
    if (!passwords.matches(candidate, stored)) {
        passwords.remember_wrong(candidate, stored);
        log_info("a wrong password from {}, the {}. in a row", client.limit_key, standing.failures + 1);
        return {Verdict::wrong};
    }
    attempts.succeeded(client.limit_key, true, now);
    // A hash is known to be the default's only now.
    return {client.is_public && passwords.is_default(stored) ? Verdict::default_password : Verdict::right};
}

std::string too_many_word(std::chrono::seconds retry_after)
{
    return fmt::format("too many wrong passwords: try again in {} seconds", retry_after.count());
}

std::optional<Reply> refuse_foreign_page(const Request& request)
{
    // Pages cannot set these headers. Sec-Fetch-Site comes over TLS and from this machine only; it needs no comparison.
    if (const std::string* site = find_header(request.headers, "Sec-Fetch-Site")) {
        if (*site == "same-origin" || *site == "none") return std::nullopt;
        return foreign_page("/api is for its own page only: another page made your browser send this");
    }
    const std::string* origin = find_header(request.headers, "Origin");
    if (origin == nullptr) return std::nullopt;
    const std::string_view host = authority_of(*origin);
    if (!host.empty() && (names_host(joined_header(request.headers, "Host"), host) ||
                          names_host(joined_header(request.headers, "X-Forwarded-Host"), host)))
        return std::nullopt;
    return foreign_page(
        "/api is for its own page only: another page made your browser send this, or a proxy in front does not pass "
        "the "
        "Host header (or X-Forwarded-Host) on");
}

}  // namespace dreamina
