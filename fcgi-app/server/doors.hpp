#pragma once
/// What a password must pass, wherever it is sent: the one place that judges logins and bearer tokens.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "domain/client_address.hpp"
#include "server/exchange.hpp"
#include "server/password_check.hpp"
#include "storage/database.hpp"

namespace dreamina {

struct PasswordAnswer {
    enum class Verdict {
        right,
        wrong,
        too_many,          ///< not looked at: come back after `retry_after`
        default_password,  ///< the password is the default one and the client's address is public
    };
    Verdict verdict = Verdict::wrong;
    std::chrono::seconds retry_after{0};
};

/// May take a tenth of a second, and waits for the database; not on the event loop. Wrong ones are counted, and those
/// from an address (or from all together) that had too many are not even looked at, so that guessing neither goes on
/// nor costs the time of a hash. Throws DatabaseError.
PasswordAnswer admit_password(PasswordCheck& passwords, Database& database, std::string_view candidate,
                              const std::string& stored, const ClientAddress& client, Time now);

/// For people: why, and what to do.
constexpr std::string_view default_password_word =
    "the administrator's password is still the default one, so nobody is let in from a public address; change it from "
    "the machine itself or its private network, in the page's settings or as ADMIN_PASSWORD in config.json";
std::string too_many_word(std::chrono::seconds retry_after);

/// A browser tells whose page makes it call. 403 if it is not our own: nothing of another origin, not even of another
/// port of this host, may use the cookie or log a browser in.
std::optional<Reply> refuse_foreign_page(const Request& request);

}  // namespace dreamina
