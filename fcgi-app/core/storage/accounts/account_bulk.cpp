#include "core/storage/accounts/account_bulk.hpp"

#include "core/storage/engine/json_rows.hpp"

namespace dreamina {

std::int64_t AccountBulk::count(std::span<const AccountId> ids)
{
    auto row = database_.query(
        "SELECT count(*) FROM living_accounts WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))",
        json_list(ids));
    row.next();
    return row.integer();
}

std::optional<std::size_t> AccountBulk::first_missing(std::span<const AccountId> ids)
{
    auto row = database_.query(
        "SELECT min(key) FROM json_each(?) WHERE CAST(value AS BIGINT) NOT IN (SELECT id FROM living_accounts)",
        json_list(ids));
    row.next();
    const auto place = row.optional_integer();
    return place ? std::optional{static_cast<std::size_t>(*place)} : std::nullopt;
}

std::vector<AccountId> AccountBulk::ban(std::span<const AccountId> ids, std::optional<Time> until, const Message& note,
                                        Time now)
{
    return read_ids(database_.query(
        "UPDATE accounts SET banned = TRUE, ban_until = ?2, status_note = ?3, updated_at = ?4 "
        "WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?1)) AND deleted_at IS NULL AND NOT (banned AND "
        "ban_until IS NOT DISTINCT FROM ?2) RETURNING id",
        json_list(ids), until, note, now));
}

std::vector<AccountId> AccountBulk::unban(std::span<const AccountId> ids, Time now)
{
    return read_ids(database_.query(
        "UPDATE accounts SET banned = FALSE, ban_until = NULL, status_note = NULL, error_streak = 0, updated_at = ?2 "
        "WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?1)) AND deleted_at IS NULL AND banned RETURNING id",
        json_list(ids), now));
}

std::vector<AccountId> AccountBulk::set_disabled(std::span<const AccountId> ids, bool disabled, Time now)
{
    return read_ids(database_.query(
        "UPDATE accounts SET disabled = ?2, session_expired = session_expired AND ?2, updated_at = ?3 "
        "WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?1)) AND deleted_at IS NULL AND (disabled <> ?2 OR "
        "(session_expired AND NOT ?2)) RETURNING id",
        json_list(ids), disabled, now));
}

std::vector<AccountId> AccountBulk::set_region(std::span<const AccountId> ids, Region region, Time now)
{
    return read_ids(database_.query(
        "UPDATE accounts SET region = ?2, updated_at = ?3 WHERE id IN (SELECT CAST(value AS BIGINT) FROM "
        "json_each(?1)) AND deleted_at IS NULL AND region <> ?2 RETURNING id",
        json_list(ids), to_string(region), now));
}

}  // namespace dreamina
