#include "core/storage/accounts/encryption_store.hpp"

namespace dreamina {

std::optional<EncryptionState> EncryptionStore::find()
{
    auto row = database_.query("SELECT key_id, complete FROM encryption");
    if (!row.next()) return std::nullopt;
    return EncryptionState{.key_id = row.text("key_id"), .complete = row.boolean("complete")};
}

void EncryptionStore::encrypt_with(std::string_view key_id)
{
    database_.run(
        "INSERT INTO encryption (id, key_id) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET key_id = ?1, "
        "complete = FALSE",
        key_id);
}

void EncryptionStore::complete(std::string_view key_id)
{
    database_.run("UPDATE encryption SET complete = TRUE WHERE key_id = ?", key_id);
}

void EncryptionStore::end() { database_.run("DELETE FROM encryption"); }

}  // namespace dreamina
