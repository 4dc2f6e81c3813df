#include "server/password_check.hpp"

#include <crypt.h>

#include <memory>
#include <stdexcept>

#include "base/secret.hpp"
#include "domain/settings.hpp"

namespace dreamina {
namespace {

constexpr const char* yescrypt = "$y$";  // crypt(5)

bool is_hash(const std::string& stored) { return password_kind(stored) == "hash"; }

std::string crypt_with(const std::string& password, const std::string& setting)
{
    const auto data = std::make_unique<crypt_data>();  // 32 KB: not on the stack of a small thread
    const char* hash = crypt_r(password.c_str(), setting.c_str(), data.get());
    return hash != nullptr && hash[0] != '*' ? hash : "";
}

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
    if (candidate.find('\0') != std::string_view::npos) return false;
    const std::string hash = crypt_with(std::string{candidate}, stored);
    if (hash.empty() || !constant_time_equal(hash, stored)) return false;
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
    if (wrong_in_order_.size() <= most_known_wrong) return;
    wrong_.erase(wrong_in_order_.front());
    wrong_in_order_.pop_front();
}

bool is_usable_hash(const std::string& text)
{
    if (!is_hash(text)) return false;
    // Any password's hash has the same setting in front and the same length.
    const std::string another = crypt_with("", text);
    return another.size() == text.size() && another.compare(0, another.rfind('$'), text, 0, text.rfind('$')) == 0;
}

std::string hash_password(const std::string& password)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    if (crypt_gensalt_rn(yescrypt, 0, nullptr, 0, setting, sizeof setting) == nullptr)
        throw std::runtime_error("the system cannot make a yescrypt salt");
    std::string hash = crypt_with(password, setting);
    if (hash.empty()) throw std::runtime_error("the system cannot hash a password with yescrypt");
    return hash;
}

}  // namespace dreamina
