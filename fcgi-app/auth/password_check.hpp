#pragma once
/// Compares with ADMIN_PASSWORD, which is plain text or a crypt(5) hash. Any thread.

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/base/password_hash.hpp"

namespace dreamina {

class PasswordCheck {
public:
    PasswordCheck();

    /// Takes microseconds: the answer for a plain password, or for a hash whose password has been met before.
    /// Nothing if only `matches` can tell.
    std::optional<bool> matches_quickly(std::string_view candidate, const std::string& stored) const;

    /// May take a tenth of a second of a processor: hashes are slow on purpose. Not on the event loop.
    bool matches(std::string_view candidate, const std::string& stored);

    /// True if the password in force is the default one: as text, or as a hash whose password has been met and is it.
    bool is_default(const std::string& stored) const;

    /// Wrong ones that were met lately (the last `max_known_wrong`). Sent again they are no new guesses, such as those
    /// of a script that has an old password: they need neither be worked out nor counted.
    bool is_known_wrong(std::string_view candidate, const std::string& stored) const;
    void remember_wrong(std::string_view candidate, const std::string& stored);
    static constexpr std::size_t max_known_wrong = 1024;

private:
    std::string remember_as(std::string_view candidate, const std::string& stored) const;

    const std::string salt_;  // of this process: what is remembered is of no use elsewhere
    mutable std::mutex mutex_;
    std::string remembered_;  // digest of the last good pair
    std::unordered_set<std::string> wrong_;
    std::deque<std::string> wrong_in_order_;  // the oldest first
};

/// True for a whole hash that the system's crypt(5) can check: what merely begins like one is a plain password.
bool is_usable_hash(const std::string& text);

}  // namespace dreamina
