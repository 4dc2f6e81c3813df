#include "auth/login.hpp"

#include <algorithm>

#include "core/base/log.hpp"
#include "core/storage/stores/login_attempt_store.hpp"

namespace dreamina {
namespace {

using Outcome = LoginResult::Outcome;

LoginResult too_many(Time until, Time now)
{
    return {Outcome::too_many, std::max(std::chrono::ceil<std::chrono::seconds>(until - now), std::chrono::seconds{1})};
}

}  // namespace

LoginResult attempt_login(PasswordCheck& passwords, Database& database, std::string_view candidate,
                          const std::string& stored, const ClientAddress& client, Time now)
{
    if (client.is_public && passwords.is_default(stored)) return {Outcome::default_password};
    if (passwords.is_known_wrong(candidate, stored)) return {Outcome::wrong};

    LoginAttemptStore attempts{database};
    const auto throttle = attempts.throttle_state(client.limit_key, client.is_public, now);
    // Also where it would be right: otherwise the answer to a guess would still tell.
    if (throttle.refused_until) return too_many(*throttle.refused_until, now);
    if (passwords.matches_quickly(candidate, stored).value_or(false)) {
        if (throttle.failures > 0 || !throttle.logged_in_lately) attempts.succeeded(client.limit_key, false, now);
        return {Outcome::right};
    }

    if (const auto until = attempts.begin(client.limit_key, client.is_public, now)) return too_many(*until, now);
    if (!passwords.matches(candidate, stored)) {
        passwords.remember_wrong(candidate, stored);
        log_info("wrong password from {} ({} in a row)", client.limit_key, throttle.failures + 1);
        return {Outcome::wrong};
    }
    attempts.succeeded(client.limit_key, true, now);
    // A hash is known to be the default's only now.
    return {client.is_public && passwords.is_default(stored) ? Outcome::default_password : Outcome::right};
}

Message too_many_attempts(std::chrono::seconds retry_after)
{
    return {"error.too_many_attempts", {{"seconds", retry_after.count()}}};
}

}  // namespace dreamina
