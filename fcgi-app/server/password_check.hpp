#pragma once
/// Compares with ADMIN_PASSWORD, which is plain text or a crypt(5) hash. Any thread.

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace dreamina {

class PasswordCheck {
public:
    PasswordCheck();

    /// Takes microseconds: the answer for a plain password, or for a hash whose password has been met before.
    /// Nothing if only `matches` can tell.
    std::optional<bool> matches_quickly(std::string_view candidate, const std::string& stored) const;

    /// May take a tenth of a second of a processor: hashes are slow on purpose. Not on the event loop.
    bool matches(std::string_view candidate, const std::string& stored);

private:
    std::string remember_as(std::string_view candidate, const std::string& stored) const;

    const std::string salt_;  // of this process: what is remembered is of no use elsewhere
    mutable std::mutex mutex_;
    std::string remembered_;  // digest of the last good pair
};

/// A yescrypt hash for config.json. Throws std::runtime_error if the system cannot make one.
std::string hash_password(const std::string& password);

}  // namespace dreamina
