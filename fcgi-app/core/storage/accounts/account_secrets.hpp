#pragma once
/// How the secrets of `accounts` (password, session_id, proxy_url) are kept: plain text, or encrypted with the key that
/// `encryption` names. Only the stores of accounts read and write them, through this. Other tables keep theirs alike.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/domain/account/account.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// A secret's columns by their names.
namespace secret_column {
inline constexpr Column password{"password"};
inline constexpr Column session_id{"session_id"};
inline constexpr Column proxy_url{"proxy_url"};
}  // namespace secret_column

/// What a column of the row of `account` holds, as text. Nothing for NULL, and for a value that has been damaged, which
/// is logged. Throws DatabaseError if it is encrypted with a key that is not at hand.
std::optional<std::string> read_secret(Database& database, const Query& row, Column column, AccountId account);

/// The same of a value that was read before.
std::optional<std::string> open_secret(Database& database, const StoredText& stored, Column column, AccountId account);

/// The same of a secret of another table: `place` is its table, row and column.
std::optional<std::string> open_secret(Database& database, const StoredText& stored, const std::string& place);

/// Writes secrets within one transaction.
class SecretWriter {
public:
    explicit SecretWriter(Database& database) : database_(database) {}

    /// Whether they are encrypted: then they are bound to the row's id, which must be known.
    bool encrypts();

    /// As it is to be stored in this column. Throws DatabaseError if the key is not at hand.
    StoredText stored(AccountId account, Column column, const std::optional<std::string>& secret);
    /// The same for another table.
    StoredText stored(const std::string& place, const std::optional<std::string>& secret);

private:
    const std::optional<EncryptionKey>& key();

    Database& database_;
    bool looked_ = false;
    std::optional<EncryptionKey> key_;
};

/// Brings the secrets of the accounts behind `after` (`limit` of them at most) into the form that `encryption` asks
/// for. Deleted ones are among them. Within a Transaction. Returns the last of them; nothing once there are no more.
std::optional<AccountId> reencrypt_accounts(Database& database, AccountId after, std::int64_t limit);

struct SecretCounts {
    std::int64_t plain = 0;
    std::int64_t encrypted = 0;
};
/// Also of a database of an earlier schema.
SecretCounts count_secrets(Database& database);

}  // namespace dreamina
