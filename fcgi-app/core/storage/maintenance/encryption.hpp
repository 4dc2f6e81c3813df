#pragma once
/// Turning the encryption of secrets on, to another key, and off, for a database with accounts in it. Killed at any
/// moment, nothing is lost: each value says of itself which key it is encrypted with, and a process that opens the
/// database next goes on.

#include <filesystem>
#include <functional>

#include "core/base/result.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// Has the keys read and sees that they are the database's. One that is not encrypted yet is, if there is a key; then
/// no plain text of a secret is left in the file and its log. Processes that come at the same time wait for the first.
/// Error codes: "key_missing", "key_unreadable" (see read_key_file), "no_key" (it is encrypted, and no key is
/// configured), "wrong_key" (it is encrypted with another one), "database".
Result<void> prepare_encryption(const DatabaseFile& file);

/// What prepare_encryption() would say, without changing anything.
Result<void> keys_fit(Database& database, KeyRing& keys);

/// Whether SECRET_KEY_FILE may name this file from the next start on (nothing: none). The same error codes.
Result<void> key_file_may_be(Database& database, const std::optional<std::filesystem::path>& file);

/// So far it has come. The tests end the work there.
enum class RotationStep { keys_written, key_changed, some_encrypted, all_encrypted, old_key_kept };
using OnStep = std::function<void(RotationStep)>;

struct Rotation {
    std::string key_id;
    std::filesystem::path old_keys;  ///< the file that the former key went to
    bool was_interrupted = false;    ///< this one only finished what an earlier one had begun
};

/// Puts a new key in the place of the one in force and encrypts everything with it, while others read and write: the
/// key file holds both until everything is. The former key is added to KEYFILE.old, for copies that were made with it.
/// Error codes as prepare_encryption's, and "unwritable" (the key file cannot be changed), "busy" (everything is
/// encrypted again, but others kept the database from being cleaned; the next start does it).
Result<Rotation> rotate_key(const DatabaseFile& file, const OnStep& on_step = {});

/// Encrypts everything with this key in a database that no other process has open and whose present key, if it has one,
/// is at hand.
void encrypt_with(Database& database, const EncryptionKey& key);

/// Back to plain text, in one transaction. No other process may have the database open.
void decrypt_all(Database& database);

/// Copies beside the database in which secrets are plain text: backups and what was kept before an upgrade or a
/// restore.
std::vector<std::filesystem::path> plain_copies(const std::filesystem::path& database_file);

/// What was encrypted with a former key can be opened with these. Error codes as read_key_file's.
Result<Keys> present_and_former_keys(const KeyRing& ring);

std::filesystem::path old_keys_of(const std::filesystem::path& key_file);

}  // namespace dreamina
