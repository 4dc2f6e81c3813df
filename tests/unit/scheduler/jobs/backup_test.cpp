#include <fstream>
#include <set>

#include "full_disk.hpp"
#include "scheduler/job_run.hpp"
#include "core/storage/maintenance/backup.hpp"
#include "core/storage/time_zone.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

using Names = std::set<std::string>;

struct Backups : JobRun {
    Names names() const
    {
        Names found;
        std::error_code none;
        for (const auto& entry : std::filesystem::directory_iterator(folder / "backups", none))
            found.insert(entry.path().filename().string());
        return found;
    }
    void damage()
    {
        (*this)->script(
            "CREATE TABLE filling (id INTEGER PRIMARY KEY, text TEXT);"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
            "INSERT INTO filling SELECT i, hex(randomblob(200)) FROM n;");
        (*this)->checkpoint(true);
        std::fstream file_{file, std::ios::in | std::ios::out | std::ios::binary};
        file_.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file) / 2 / 4096 * 4096));
        file_ << std::string(8192, '\xff');
        file_.close();
        (*this)->script("PRAGMA shrink_memory");  // what the connection remembers is still whole
    }
};

}  // namespace

TEST_CASE("the copy carries the local date and time, and can be opened")
{
    const TimeZone zone{"Asia/Shanghai"};
    Backups backups;
    backups.add("a@x.org");
    CHECK(backups.run(back_up).starts_with("Wrote dreamina-2026-11-22-180000.db ("));
    CHECK(backups.names() == Names{"dreamina-2026-11-22-180000.db"});
    Database copy{backups.folder / "backups/dreamina-2026-11-22-180000.db"};
    CHECK(number(copy, "SELECT count(*) FROM accounts") == 1);
    const auto mode = std::filesystem::status(backups.folder / "backups").permissions();
    CHECK(mode == std::filesystem::perms::owner_all);
}

TEST_CASE("the newest BACKUP_KEEP stay; what others keep there stays too")
{
    const TimeZone zone{"UTC"};
    Backups backups;
    backups.settings.backup_keep = 2;
    std::filesystem::create_directory(backups.folder / "backups");
    std::ofstream{backups.folder / "backups/dreamina-before-the-holidays.db"} << "mine";
    for (int night = 0; night < 4; ++night) {
        backups.run(back_up);
        backups.now += 24h;
    }
    CHECK(backups.names() ==
          Names{"dreamina-2026-11-24-100000.db", "dreamina-2026-11-25-100000.db", "dreamina-before-the-holidays.db"});
    backups.settings.backup_keep = 1;
    backups.now -= 24h;
    CHECK(backups.run(back_up).ends_with("removed 2 older"));  // the same second again, and it is the newest
    CHECK(backups.names() == Names{"dreamina-2026-11-25-100000-2.db", "dreamina-before-the-holidays.db"});
}

TEST_CASE("a full disk: it fails with a sentence, nothing half is left, and none of the older ones goes")
{
    const TimeZone zone{"UTC"};
    Backups backups;
    backups.settings.backup_keep = 1;
    backups.run(back_up);
    backups.now += 24h;
    {
        const FullDisk full{32 * 1024};
        CHECK_THROWS_AS(backups.run(back_up), DatabaseError);
    }
    CHECK(backups.names() == Names{"dreamina-2026-11-22-100000.db"});
    backups.run(back_up);
    CHECK(backups.names() == Names{"dreamina-2026-11-23-100000.db"});
}

TEST_CASE("a folder that cannot be made is named")
{
    Backups backups;
    std::ofstream{backups.folder / "backups"} << "in the way";
    CHECK_THROWS_WITH(backups.run(back_up), doctest::Contains("backups"));
}

TEST_CASE("a copy that is not whole never gets its name, and none of the older ones goes")
{
    const TimeZone zone{"UTC"};
    Backups backups;
    backups.settings.backup_keep = 1;
    backups.run(back_up);
    backups.damage();
    backups.now += 24h;
    CHECK_THROWS_WITH(backups.run(back_up), doctest::Contains("not whole"));
    CHECK(backups.names() == Names{"dreamina-2026-11-22-100000.db"});
}

TEST_CASE("what a killed scheduler left half goes with the next run; a stopped one leaves nothing")
{
    const TimeZone zone{"UTC"};
    Backups backups;
    std::filesystem::create_directory(backups.folder / "backups");
    std::ofstream{backups.folder / "backups/dreamina-2026-11-21-100000.db.part"} << "half";
    std::stop_source stop;
    stop.request_stop();
    CHECK_THROWS_AS(backups.run(back_up, stop.get_token()), DatabaseError);
    CHECK(backups.names().empty());
    backups.run(back_up);
    CHECK(backups.names().size() == 1);
}
