#pragma once
/// What the tests of the storage and of all above it start from: a folder that goes away by itself, a fresh database
/// in it, and single values read from it.

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "storage/account_store.hpp"
#include "storage/migrations.hpp"

namespace dreamina {

class TemporaryFolder {
public:
    TemporaryFolder() { REQUIRE(::mkdtemp(path_.data()) != nullptr); }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::filesystem::path path() const { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path() / name; }

private:
    std::string path_ = (std::filesystem::temp_directory_path() / "dreamina-test-XXXXXX").string();
};

/// The file as prepare_database() leaves it, and one connection to it.
class TemporaryDatabase {
public:
    TemporaryDatabase()
    {
        const auto prepared = prepare_database(file);
        REQUIRE_MESSAGE(prepared.has_value(), (prepared ? "" : prepared.error().message));
        connection_.emplace(file);
    }
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
    return row.integer(0);
}

template <class... Arguments>
std::string text(Database& database, std::string_view sql, const Arguments&... arguments)
{
    auto row = database.query(sql, arguments...);
    REQUIRE(row.next());
    return row.is_null(0) ? "NULL" : row.text(0);
}

inline Time at(const char* moment) { return parse_rfc3339(moment).value(); }

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
