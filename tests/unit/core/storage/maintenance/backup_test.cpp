#include "core/storage/maintenance/backup.hpp"

#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "core/storage/temporary_database.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

void fill(Database& database, int rows)
{
    Transaction transaction{database};
    database.run("CREATE TABLE filling (id INTEGER PRIMARY KEY, text TEXT)");
    for (int i = 0; i < rows; ++i) database.run("INSERT INTO filling (text) VALUES (?)", std::string(1000, 'x'));
    transaction.commit();
}

std::vector<std::string> files_in(const std::filesystem::path& folder)
{
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    return names;
}

}  // namespace

TEST_CASE("the copy is one file, for its owner only, and holds the same")
{
    TemporaryDatabase source;
    AccountStore{*source}.add(able_account("a@x.org"), at("2026-11-22T12:00:00Z"));
    std::filesystem::create_directory(source.folder / "copies");
    const auto copy = source.folder / "copies/copy.db";
    copy_in_steps(*source, copy, {});
    CHECK(files_in(source.folder / "copies") == std::vector<std::string>{"copy.db"});
    struct stat found {};
    REQUIRE(::stat(copy.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777U) == 0600U);
    CHECK_FALSE(integrity_fault(copy, {}));
    CHECK(files_in(source.folder / "copies") == std::vector<std::string>{"copy.db"});
    Database opened{copy};
    CHECK(text(opened, "SELECT email FROM accounts") == "a@x.org");
}

TEST_CASE("what is not committed is not in the copy, and one that cannot be made is a failure")
{
    TemporaryDatabase source;
    fill(*source, 1);
    Database writer{source.file};
    Transaction open{writer};
    writer.run("INSERT INTO filling (text) VALUES ('not yet')");
    copy_in_steps(*source, source.folder / "copy.db", {});
    Database copy{source.folder / "copy.db"};
    CHECK(number(copy, "SELECT count(*) FROM filling") == 1);
    CHECK_THROWS_AS(copy_in_steps(*source, source.folder / "missing/copy.db", {}), DatabaseError);
}

TEST_CASE("writers write while it is made, and it ends although they never rest")
{
    TemporaryDatabase source;
    fill(*source, 20'000);
    long written = 0;
    std::jthread writer{[&](const std::stop_token& stop) {
        Database database{source.file};
        while (!stop.stop_requested()) {
            database.run("UPDATE filling SET text = 'y' WHERE id = ?", written % 20'000 + 1);
            ++written;
        }
    }};
    copy_in_steps(*source, source.folder / "copy.db", {});
    writer.request_stop();
    writer.join();
    CHECK(written > 5);  // it goes on in steps: in one there would be room for one before and one after it
    CHECK_FALSE(integrity_fault(source.folder / "copy.db", {}));
}

TEST_CASE("a stop ends the copying and the check")
{
    TemporaryDatabase source;
    fill(*source, 2'000);
    std::stop_source stop;
    copy_in_steps(*source, source.folder / "copy.db", stop.get_token());
    stop.request_stop();
    CHECK_THROWS_AS(copy_in_steps(*source, source.folder / "second.db", stop.get_token()), DatabaseError);
    CHECK_THROWS_AS(integrity_fault(source.folder / "copy.db", stop.get_token()), DatabaseError);
    CHECK_FALSE(source->in_transaction());
}

TEST_CASE("a copy with a broken page is found out, and so is one that is no database")
{
    TemporaryDatabase source;
    fill(*source, 2'000);
    const auto copy = source.folder / "copy.db";
    copy_in_steps(*source, copy, {});
    {
        std::fstream file{copy, std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(copy) / 2));
        file << std::string(8192, '\xff');
    }
    CHECK(integrity_fault(copy, {}).has_value());
    std::ofstream{copy, std::ios::trunc} << std::string(5000, 'x');
    CHECK_THROWS_AS(integrity_fault(copy, {}), DatabaseError);
}
