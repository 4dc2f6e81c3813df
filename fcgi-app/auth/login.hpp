#pragma once
/// What a password must pass, wherever it is sent: the one place that judges logins and bearer tokens.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/client_address.hpp"
#include "core/base/message/message.hpp"
#include "auth/password_check.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

struct LoginResult {
    enum class Outcome {
        right,
        wrong,
        too_many,          ///< not looked at: come back after `retry_after`
        default_password,  ///< the password is the default one and the client's address is public
    };
    Outcome outcome = Outcome::wrong;
    std::chrono::seconds retry_after{0};
};

/// May take a tenth of a second, and waits for the database; not on the event loop. Wrong ones are counted, and those
/// from an address (or from all together) that had too many are not even looked at, so that guessing neither goes on
/// nor costs the time of a hash. Throws DatabaseError.
LoginResult attempt_login(PasswordCheck& passwords, Database& database, std::string_view candidate,
                          const std::string& stored, const ClientAddress& client, Time now);

/// Why, and what to do.
Message too_many_attempts(std::chrono::seconds retry_after);

}  // namespace dreamina
