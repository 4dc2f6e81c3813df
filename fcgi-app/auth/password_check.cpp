#include "auth/password_check.hpp"

#include "core/base/password_hash.hpp"
#include "core/base/secret.hpp"
#include "core/domain/settings.hpp"

namespace dreamina {
namespace {

bool is_hash(const std::string& stored) { return password_kind(stored) == "hash"; }

}  // namespace

PasswordCheck::PasswordCheck() : salt_(random_hex(32)) {}

std::string PasswordCheck::remember_as(std::string_view candidate, const std::string& stored) const
{
    return secret_digest(salt_ + stored + '\n' + std::string{candidate});
}

std::optional<bool> PasswordCheck::matches_quickly(std::string_view candidate, const std::string& stored) const
{
    if (!is_hash(stored)) return constant_time_equal(candidate, stored);
    const std::string digest = remember_as(candidate, stored);
    const std::lock_guard lock{mutex_};
    return constant_time_equal(digest, remembered_) ? std::optional{true} : std::nullopt;
}

bool PasswordCheck::matches(std::string_view candidate, const std::string& stored)
{
    if (const auto quick = matches_quickly(candidate, stored)) return *quick;
    if (!hash_matches(candidate, stored)) return false;
    std::string digest = remember_as(candidate, stored);
    const std::lock_guard lock{mutex_};
    remembered_ = std::move(digest);
    return true;
}

bool PasswordCheck::is_default(const std::string& stored) const
{
    if (!is_hash(stored)) return stored == default_admin_password;
    return matches_quickly(default_admin_password, stored).value_or(false);
}

bool PasswordCheck::is_known_wrong(std::string_view candidate, const std::string& stored) const
{
    const std::string digest = remember_as(candidate, stored);
    const std::lock_guard lock{mutex_};
    return wrong_.contains(digest);
}

void PasswordCheck::remember_wrong(std::string_view candidate, const std::string& stored)
{
    const std::string digest = remember_as(candidate, stored);
    const std::lock_guard lock{mutex_};
    if (!wrong_.insert(digest).second) return;
    wrong_in_order_.push_back(digest);
    if (wrong_in_order_.size() <= max_known_wrong) return;
    wrong_.erase(wrong_in_order_.front());
    wrong_in_order_.pop_front();
}

bool is_usable_hash(const std::string& text) { return is_hash(text) && is_whole_hash(text); }

}  // namespace dreamina
