#pragma once
/// crypt(5) hashes of passwords. Slow on purpose: a tenth of a second of a processor.

#include <string>
#include <string_view>

namespace dreamina {

/// A yescrypt hash for config.json. Throws std::runtime_error if the system cannot make one.
std::string hash_password(const std::string& password);

/// True for a whole hash that the system can check: what merely begins like one is none.
bool is_whole_hash(const std::string& text);

/// Whether it is the password of this crypt(5) hash, of whichever method.
bool hash_matches(std::string_view candidate, const std::string& hash);

}  // namespace dreamina
