#include "core/storage/maintenance/open_data_folder.hpp"

#include "core/base/file.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;

namespace {

void configure(const TemporaryFolder& folder, std::string_view text)
{
    REQUIRE(write_file_atomically(folder / "config.json", text, 0600));
}

}  // namespace

TEST_CASE("a folder that is not there becomes one with a database")
{
    TemporaryFolder folder;
    const auto opened = open_data_folder(folder / "new/data");
    REQUIRE(opened);
    CHECK(opened->folder == folder / "new/data");
    CHECK(opened->database_file == folder / "new/data/dreamina.db");
    CHECK(opened->settings->current()->settings.port == 5100);
    CHECK(std::filesystem::exists(folder / "new/data/dreamina.db"));
    REQUIRE(open_data_folder(folder / "new/data"));
}

TEST_CASE("the database stands where DATABASE_URL says, relative to the folder or absolute")
{
    TemporaryFolder folder;
    configure(folder, R"({"DATABASE_URL": "sqlite+aiosqlite:///./sub/pool.db"})");
    REQUIRE(open_data_folder(folder.path()));
    CHECK(std::filesystem::exists(folder / "sub/pool.db"));

    TemporaryFolder elsewhere;
    configure(folder, R"({"DATABASE_URL": ")" + (elsewhere / "there.db").string() + R"("})");
    const auto opened = open_data_folder(folder.path());
    REQUIRE(opened);
    CHECK(opened->database_file == elsewhere / "there.db");
    CHECK(std::filesystem::exists(elsewhere / "there.db"));
}

TEST_CASE("what keeps it from being opened is told, and nothing is made of a bad configuration")
{
    TemporaryFolder folder;
    configure(folder, R"({"PORT": 0})");
    auto opened = open_data_folder(folder.path());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == "invalid_setting");
    CHECK(opened.error().message.find("PORT") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(folder / "dreamina.db"));

    configure(folder, R"({"DATABASE_URL": "postgres://somewhere"})");
    opened = open_data_folder(folder.path());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == "invalid_setting");

    configure(folder, "{}");
    Database{folder / "dreamina.db"}.script("CREATE TABLE theirs (x)");
    opened = open_data_folder(folder.path());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == "foreign_database");

    opened = open_data_folder(folder / "config.json/data");
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == "unwritable");
}

TEST_CASE("the earlier program's values out of range are taken over with its database, and only then")
{
    TemporaryFolder folder;
    constexpr auto config = R"({"SESSION_UPDATE_BATCH_SIZE": 100})";
    configure(folder, config);
    CHECK_FALSE(open_data_folder(folder.path()));
    CHECK_FALSE(open_existing_data_folder(folder.path()));

    Database{folder / "dreamina.db"}.script(
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY, email VARCHAR UNIQUE, password VARCHAR, session_id VARCHAR)");
    const auto opened = open_existing_data_folder(folder.path());
    REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
    CHECK(opened->settings->current()->settings.session_update_batch_size == 50);
    CHECK(read_file(folder / "config.json.before-upgrade").value() == config);

    // Its database is ours now: a value that is written in later is a fault like any other.
    configure(folder, config);
    CHECK_FALSE(open_data_folder(folder.path()));
}

TEST_CASE("a directory in the database's place is told as what it is")
{
    TemporaryFolder folder;
    std::filesystem::create_directory(folder / "dreamina.db");
    const auto opened = open_data_folder(folder.path());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().message.starts_with((folder / "dreamina.db").string() + " is a directory and must be a file"));
}

TEST_CASE("a folder that is only looked at is not made")
{
    TemporaryFolder folder;
    const auto refused = open_existing_data_folder(folder / "dtaa");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "no_database");
    CHECK_FALSE(std::filesystem::exists(folder / "dtaa"));
    REQUIRE(open_data_folder(folder / "data"));
    CHECK(open_existing_data_folder(folder / "data"));
}

TEST_CASE("files that were brought from elsewhere are kept from strangers; their owner and group keep what they had")
{
    using std::filesystem::perms;
    TemporaryFolder folder;
    REQUIRE(open_data_folder(folder.path()));
    configure(folder, R"({"ADMIN_PASSWORD": "hunter2"})");
    std::filesystem::permissions(folder / "config.json", perms{0644});
    std::filesystem::permissions(folder / "dreamina.db", perms{0666});
    REQUIRE(open_data_folder(folder.path()));
    CHECK(std::filesystem::status(folder / "config.json").permissions() == perms{0640});
    CHECK(std::filesystem::status(folder / "dreamina.db").permissions() == perms{0660});
}
