#pragma once
/// Where the database is, and the keys that secrets in it are encrypted with. A mere path is one without keys.

#include <filesystem>
#include <memory>

#include "core/base/key_ring.hpp"

namespace dreamina {

/// Copies share the keys.
class DatabaseFile {
public:
    DatabaseFile(std::filesystem::path path, std::shared_ptr<KeyRing> keys = std::make_shared<KeyRing>(Keys{}))
        : path_(std::move(path)), keys_(std::move(keys))
    {
    }

    const std::filesystem::path& path() const { return path_; }
    operator const std::filesystem::path&() const { return path_; }
    const std::shared_ptr<KeyRing>& keys() const { return keys_; }

private:
    std::filesystem::path path_;
    std::shared_ptr<KeyRing> keys_;
};

}  // namespace dreamina
