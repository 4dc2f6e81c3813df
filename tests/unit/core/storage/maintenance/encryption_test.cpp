#include "core/storage/maintenance/encryption.hpp"

#include <sys/stat.h>

#include "core/storage/accounts/account_secrets.hpp"
#include "core/storage/maintenance/backup.hpp"
#include "core/storage/child_process.hpp"
#include "core/storage/encrypted_database.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;

namespace {

/// More than one slice.
constexpr int many = 450;

struct Killed {};

std::string code_of(const Result<void>& result) { return result ? "" : result.error().code; }

}  // namespace

TEST_CASE("a database with accounts is encrypted in place, and no plain text is left on the disk")
{
    EncryptedDatabase database;
    database.add(many);
    REQUIRE(database.disk_holds("plain password 1."));
    database.encrypt();
    for (const char* part : {"plain password", "plainsession", "plain:proxy"}) CHECK_FALSE(database.disk_holds(part));
    database.has_all(many);
    Database opened{database.open()};
    CHECK(EncryptionStore{opened}.find()->complete);
    CHECK(count_secrets(opened).plain == 0);
    CHECK(count_secrets(opened).encrypted == 3 * many);
    CHECK_FALSE(integrity_fault(database.file, {}));
}

TEST_CASE("encryption that was killed is taken up by the next")
{
    EncryptedDatabase database;
    database.add(many);
    database.key_is_set = true;
    {
        Database half{database.open()};
        REQUIRE(half.keys().load());
        Transaction transaction{half};
        EncryptionStore{half}.encrypt_with(database.key_id());
        CHECK(reencrypt_accounts(half, 0, 200) == 200);
        transaction.commit();
        CHECK(count_secrets(half).plain == 3 * (many - 200));
    }
    database.has_all(many);
    REQUIRE(database.prepare());
    database.has_all(many);
    CHECK_FALSE(database.disk_holds("plain password"));
}

TEST_CASE("it is not begun without the key, nor with a wrong one")
{
    EncryptedDatabase database;
    CHECK(code_of(database.prepare()) == "");
    database.encrypt();
    database.key_is_set = false;
    const auto without = database.prepare();
    CHECK(code_of(without) == "no_key");
    CHECK(without.error().message.find(database.key_id()) != std::string::npos);
    database.key_is_set = true;
    const std::string right = database.key_id();
    REQUIRE(write_key_file(database.key_file, {EncryptionKey::random()}));
    const auto wrong = database.prepare();
    CHECK(code_of(wrong) == "wrong_key");
    CHECK(wrong.error().message.find(right) != std::string::npos);
    std::filesystem::remove(database.key_file);
    CHECK(code_of(database.prepare()) == "key_missing");
    REQUIRE(write_file_atomically(database.key_file, "x", 0600));
    CHECK(code_of(database.prepare()) == "key_unreadable");
}

TEST_CASE("a rotation puts a new key in the old one's place while others go on")
{
    EncryptedDatabase database;
    database.add(many);
    database.encrypt();
    const std::string before = database.key_id();
    Database other{database.open()};
    REQUIRE(other.keys().load());
    const auto rotated = rotate_key(database.open());
    REQUIRE(rotated);
    CHECK(rotated->key_id == database.key_id());
    CHECK(rotated->key_id != before);
    CHECK_FALSE(rotated->was_interrupted);
    CHECK(read_key_file(database.key_file).value().size() == 1);
    CHECK(read_key_file(rotated->old_keys).value().front().id() == before);

    // The other process knew the old key only.
    CHECK(AccountStore{other}.find(1)->password == EncryptedDatabase::account(1).password);
    const AccountId added = AccountStore{other}.add(EncryptedDatabase::account(many + 1), at("2026-11-22T12:00:00Z"));
    CHECK(added == many + 1);
    database.has_all(many + 1);

    REQUIRE(rotate_key(database.open()));
    CHECK(read_key_file(rotated->old_keys).value().size() == 2);
    database.has_all(many + 1);
}

TEST_CASE("a rotation that ends anywhere leaves a database that can be opened, and is finished by the next one")
{
    for (const RotationStep last : {RotationStep::keys_written, RotationStep::key_changed, RotationStep::some_encrypted,
                                    RotationStep::all_encrypted, RotationStep::old_key_kept}) {
        CAPTURE(static_cast<int>(last));
        EncryptedDatabase database;
        database.add(many);
        database.encrypt();
        const std::string before = database.key_id();
        // A process of its own, so that it ends as kill -9 ends one.
        ChildProcess rotating{[&](const ChildProcess::Say& say) {
            const auto done = rotate_key(database.open(), [&](RotationStep step) {
                if (step != last) return;
                say("there");
                ChildProcess::stay();
            });
            return done ? 0 : 1;
        }};
        REQUIRE(rotating.word() == "there");
        rotating.kill();
        REQUIRE(database.prepare());
        database.has_all(many);
        const auto finished = rotate_key(database.open());
        REQUIRE(finished);
        CHECK(finished->was_interrupted);
        CHECK(finished->key_id != before);
        CHECK(read_key_file(database.key_file).value().size() == 1);
        CHECK(read_key_file(finished->old_keys).value().front().id() == before);
        database.has_all(many);
    }
}

TEST_CASE("without encrypted secrets there is nothing to rotate")
{
    EncryptedDatabase database;
    const auto rotated = rotate_key(database.open());
    REQUIRE_FALSE(rotated);
    CHECK(rotated.error().code == "no_key");
}

TEST_CASE("encryption is turned off, and on again")
{
    EncryptedDatabase database;
    database.add(many);
    database.encrypt();
    {
        Database opened{database.open()};
        REQUIRE(opened.keys().load());
        decrypt_all(opened);
        CHECK_FALSE(EncryptionStore{opened}.find());
        CHECK(count_secrets(opened).encrypted == 0);
    }
    database.has_all(many);
    database.encrypt();
    CHECK_FALSE(database.disk_holds("plain password"));
}

TEST_CASE("copies from before the encryption are found, and looking leaves nothing beside them")
{
    EncryptedDatabase database;
    database.add(1);
    std::filesystem::create_directory(database.folder / "backups");
    {
        Database opened{database.open()};
        copy_in_steps(opened, database.folder / "backups/old#1?.db", {});
        copy_in_steps(opened, database.folder / "dreamina.db.before-upgrade", {});
    }
    database.encrypt();
    {
        Database opened{database.open()};
        copy_in_steps(opened, database.folder / "backups/new.db", {});
    }
    const std::vector<std::filesystem::path> found{database.folder / "backups/old#1?.db",
                                                   database.folder / "dreamina.db.before-upgrade"};
    CHECK(plain_copies(database.file) == found);
    CHECK(std::distance(std::filesystem::directory_iterator{database.folder / "backups"}, {}) == 2);
}
