#include "core/base/password_hash.hpp"

#include <crypt.h>

#include <memory>
#include <stdexcept>

#include "core/base/secret.hpp"

namespace dreamina {
namespace {

constexpr const char* yescrypt = "$y$";  // crypt(5)

std::string crypt_with(const std::string& password, const std::string& setting)
{
    const auto data = std::make_unique<crypt_data>();  // 32 KB: not on the stack of a small thread
    const char* hash = crypt_r(password.c_str(), setting.c_str(), data.get());
    return hash != nullptr && hash[0] != '*' ? hash : "";
}

}  // namespace

std::string hash_password(const std::string& password)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    if (crypt_gensalt_rn(yescrypt, 0, nullptr, 0, setting, sizeof setting) == nullptr)
        throw std::runtime_error("the system cannot make a yescrypt salt");
    std::string hash = crypt_with(password, setting);
    if (hash.empty()) throw std::runtime_error("the system cannot hash a password with yescrypt");
    return hash;
}

bool is_whole_hash(const std::string& text)
{
    // Any password's hash has the same setting in front and the same length.
    const std::string another = crypt_with("", text);
    return another.size() == text.size() && another.compare(0, another.rfind('$'), text, 0, text.rfind('$')) == 0;
}

bool hash_matches(std::string_view candidate, const std::string& hash)
{
    if (candidate.find('\0') != std::string_view::npos) return false;
    const std::string made = crypt_with(std::string{candidate}, hash);
    return !made.empty() && constant_time_equal(made, hash);
}

}  // namespace dreamina
