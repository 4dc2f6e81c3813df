#pragma once
/// `encryption`: which key the database's secrets are encrypted with.

#include <optional>
#include <string>
#include <string_view>

#include "core/storage/engine/database.hpp"

namespace dreamina {

struct EncryptionState {
    std::string key_id;     ///< what is written from now on is encrypted with this key
    bool complete = false;  ///< everything is, and nothing else is left anywhere in the file
};

class EncryptionStore {
public:
    explicit EncryptionStore(Database& database) : database_(database) {}

    /// Nothing: secrets are plain text.
    std::optional<EncryptionState> find();

    /// From now on; what was written before is yet to be encrypted.
    void encrypt_with(std::string_view key_id);
    void complete(std::string_view key_id);  ///< nothing happens if another key has come meanwhile
    void end();

private:
    Database& database_;
};

}  // namespace dreamina
