#pragma once
/// What the tests of the storage and of all above it start from: a fresh database in a folder that goes away by
/// itself, and single values read from it.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "moment.hpp"
#include "core/storage/accounts/account_store.hpp"
#include "core/storage/empty_database.hpp"
#include "temporary_folder.hpp"

namespace dreamina {

/// The file as prepare_database() leaves it, and one connection to it.
class TemporaryDatabase {
public:
    TemporaryDatabase() { connection_.emplace(make_empty_database(file)); }
    Database& operator*() { return *connection_; }
    Database* operator->() { return &*connection_; }

    const TemporaryFolder folder;
    const std::filesystem::path file = folder / "dreamina.db";

private:
    std::optional<Database> connection_;
};

/// The first column of the first row.
template <class... Arguments>
std::int64_t number(Database& database, std::string_view sql, const Arguments&... arguments)
{
    auto row = database.query(sql, arguments...);
    REQUIRE(row.next());
    return row.integer();
}

template <class... Arguments>
std::string text(Database& database, std::string_view sql, const Arguments&... arguments)
{
    auto row = database.query(sql, arguments...);
    REQUIRE(row.next());
    return row.is_null() ? "NULL" : row.text();
}

/// When the story of a store begins, unless it says otherwise.
inline const Time start = ::at("2026-11-22T10:00:00Z");

/// 32 hexadecimal digits that belong to this number and no other.
inline std::string session_of(std::int64_t number)
{
    std::string digits = std::to_string(number);
    return std::string(32 - digits.size(), 'a') + digits;
}

/// An account fit to serve every model its region has.
inline NewAccount able_account(const std::string& email, Region region = Region::us)
{
    return {.email = email,
            .password = "password of " + email,
            .region = region,
            .session_id = session_of(static_cast<std::int64_t>(std::hash<std::string>{}(email) % 1'000'000'000)),
            .points = 120};
}

}  // namespace dreamina
