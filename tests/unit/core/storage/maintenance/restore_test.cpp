#include "core/storage/maintenance/restore.hpp"

#include "core/storage/maintenance/backup.hpp"
#include "core/storage/encrypted_database.hpp"
#include "core/storage/stores/session_store.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;

namespace {

const Time restored_at = at("2026-11-24T12:00:00Z");

struct Restoring : EncryptedDatabase {
    std::filesystem::path backup = folder / "copy.db";

    void back_up() const
    {
        Database database{open()};
        copy_in_steps(database, backup, {});
    }
    void lose_an_account() const { Database{open()}.run("DELETE FROM accounts WHERE id = 1"); }
    std::int64_t accounts(const std::filesystem::path& of) const
    {
        Database database{of};
        return number(database, "SELECT count(*) FROM accounts");
    }
    Result<Restored> restore() const { return restore_database(open(), backup, restored_at); }
    std::string refused() const
    {
        const auto restored = restore();
        REQUIRE_FALSE(restored);
        CHECK_FALSE(std::filesystem::exists(file.string() + ".restore.part"));
        return restored.error().code;
    }
};

}  // namespace

TEST_CASE("a backup takes the place of the database, which is kept")
{
    Restoring restoring;
    restoring.add(3);
    restoring.back_up();
    restoring.lose_an_account();
    // Not closed in good order: the last changes stand in the log.
    auto crashed = std::make_unique<Database>(restoring.file);
    crashed->run("DELETE FROM accounts WHERE id = 2");
    const auto log = read_file(restoring.file.string() + "-wal").value();
    const auto main = read_file(restoring.file).value();
    crashed.reset();
    REQUIRE(write_file_atomically(restoring.file, main, 0600));
    REQUIRE(write_file_atomically(restoring.file.string() + "-wal", log, 0600));

    const auto restored = restoring.restore();
    REQUIRE_MESSAGE(restored.has_value(), (restored ? "" : restored.error().message));
    restoring.has_all(3);
    CHECK_FALSE(integrity_fault(restoring.file, {}));
    CHECK(restoring.accounts(restored->kept) == 1);
    CHECK_FALSE(restored->key_id);
    REQUIRE(prepare_database(restoring.file));
    // The same second again overwrites nothing.
    CHECK(restoring.restore().value().kept != restored->kept);
}

TEST_CASE("a database that is broken, or not there, can be replaced")
{
    Restoring restoring;
    restoring.add(1);
    restoring.back_up();
    REQUIRE(write_file_atomically(restoring.file, "not a database at all", 0600));
    REQUIRE(write_file_atomically(restoring.file.string() + "-wal", "nor its log", 0600));
    const auto restored = restoring.restore();
    REQUIRE_MESSAGE(restored.has_value(), (restored ? "" : restored.error().message));
    restoring.has_all(1);
    CHECK(read_file(restored->kept).value() == "not a database at all");

    std::filesystem::remove(restoring.file);
    CHECK(restoring.restore().value().kept.empty());
    restoring.has_all(1);
}

TEST_CASE("what is no good backup is refused, and nothing is changed")
{
    Restoring restoring;
    restoring.add(2);
    CHECK(restoring.refused() == "not_found");
    REQUIRE(write_file_atomically(restoring.backup, std::string(8192, 'x'), 0600));
    CHECK(restoring.refused() == "damaged");
    restoring.back_up();
    auto bytes = read_file(restoring.backup).value();
    for (std::size_t i = 8192; i < bytes.size(); i += 4096) bytes[i] = '\x77';
    REQUIRE(write_file_atomically(restoring.backup, bytes, 0600));
    CHECK(restoring.refused() == "damaged");
    std::filesystem::remove(restoring.backup);
    Database{restoring.backup}.script("CREATE TABLE theirs (x)");
    CHECK(restoring.refused() == "foreign_database");
    restoring.back_up();
    Database{restoring.backup}.script("PRAGMA user_version = 1000");
    CHECK(restoring.refused() == "newer_database");
    restoring.has_all(2);
    restoring.backup = restoring.file;
    CHECK(restoring.refused() == "not_found");
}

TEST_CASE("an encrypted backup needs its key, and a former one will do")
{
    Restoring restoring;
    restoring.add(3);
    restoring.encrypt();
    restoring.back_up();
    restoring.key_is_set = false;
    CHECK(restoring.refused() == "no_key");
    restoring.key_is_set = true;
    REQUIRE(rotate_key(restoring.open()));
    restoring.lose_an_account();
    const auto restored = restoring.restore();
    REQUIRE_MESSAGE(restored.has_value(), (restored ? "" : restored.error().message));
    CHECK(restored->key_id == restoring.key_id());
    REQUIRE(restoring.prepare());
    std::filesystem::remove(old_keys_of(restoring.key_file));
    restoring.has_all(3);
    CHECK(restoring.refused() == "wrong_key");
}

TEST_CASE("a plain backup is encrypted where there is a key, and browsers log in again")
{
    Restoring restoring;
    restoring.add(1);
    {
        Database database{restoring.open()};
        SessionStore{database}.add("digest", restored_at);
    }
    restoring.back_up();
    restoring.encrypt();
    REQUIRE(restoring.restore());
    std::filesystem::remove(restoring.backup);
    for (const auto& entry : std::filesystem::directory_iterator(restoring.folder.path()))
        if (entry.path().string().find(".before-restore") != std::string::npos) std::filesystem::remove(entry.path());
    CHECK_FALSE(restoring.disk_holds("plain password"));
    restoring.has_all(1);
    Database database{restoring.open()};
    CHECK(number(database, "SELECT count(*) FROM sessions") == 0);
}
