#pragma once
/// `login_attempts` and `login_flood`: tries of the administrator's password over all workers.

#include <optional>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// What is known of an address.
struct LoginThrottleState {
    std::int64_t failures = 0;          ///< in a row
    std::optional<Time> refused_until;  ///< nothing: it may try
    bool logged_in_lately = false;      ///< within the last day
};

class LoginAttemptStore {
public:
    explicit LoginAttemptStore(Database& database) : database_(database) {}

    /// `from_outside`: it is subject to what all together may try, unless there was a login from there lately.
    LoginThrottleState throttle_state(std::string_view address, bool from_outside, Time now);

    /// Counts an attempt as failed, before it is known whether it is: tries that come at the same time are counted
    /// exactly. When the next one may come if this one may not be made (nothing is counted then); nothing if it may.
    std::optional<Time> begin(std::string_view address, bool from_outside, Time now);

    /// The password was right: the address' streak is over. `begun`: by an attempt that `begin` counted.
    void succeeded(std::string_view address, bool begun, Time now);

    /// Removes what counts no more. Returns the number of addresses that went.
    int remove_forgotten(Time now);

private:
    Database& database_;
};

}  // namespace dreamina
