#pragma once
/// The keys that secrets are encrypted with, and the file that holds them: one key of 64 hex digits a line, the newest
/// first; blank lines and lines that start with # are skipped. There is more than one while they are rotated.

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/encrypted_value.hpp"

namespace dreamina {

using Keys = std::vector<EncryptionKey>;

/// Error codes: "key_missing" (no such file), "key_unreadable" (cannot be read, holds no key or something else, or is
/// open to others than its owner). No message holds a key.
Result<Keys> read_key_file(const std::filesystem::path& file);

/// Whole and atomically, for its owner's eyes only. Error code "unwritable".
Result<void> write_key_file(const std::filesystem::path& file, const Keys& keys);

/// What stands in such a file.
std::string key_file_text(const Keys& keys);

/// Any thread.
class KeyRing {
public:
    /// Where the key file is at the moment; nothing for none.
    using Place = std::function<std::optional<std::filesystem::path>()>;
    explicit KeyRing(Place place) : place_(std::move(place)) {}
    explicit KeyRing(Keys keys) : keys_(std::make_shared<const Keys>(std::move(keys))) {}

    /// Reads the file. Without one there are no keys, which is no error. After a failure the keys stay as they were.
    Result<void> load();

    std::shared_ptr<const Keys> keys() const;

    /// The key with this id. If it is not among those that are known, the file is read again: keys may be rotated, or
    /// used for the first time, by another process while this one runs.
    std::optional<EncryptionKey> find(std::string_view id);

    /// Where the key file is; nothing for none.
    std::optional<std::filesystem::path> place() const { return place_ ? place_() : std::nullopt; }

private:
    const Place place_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Keys> keys_ = std::make_shared<const Keys>();
};

}  // namespace dreamina
