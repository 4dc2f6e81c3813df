#pragma once
/// A database in a folder of its own with a key file beside it, opened as the programs open it.

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/storage/maintenance/encryption.hpp"
#include "core/storage/accounts/encryption_store.hpp"
#include "core/storage/temporary_database.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {

struct EncryptedDatabase {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder / "dreamina.db";
    const std::filesystem::path key_file = folder / "secret.key";
    bool key_is_set = false;

    EncryptedDatabase()
    {
        make_empty_database(file);
        REQUIRE(write_key_file(key_file, {EncryptionKey::random()}));
    }

    /// As another process would have it: with keys of its own reading.
    DatabaseFile open() const
    {
        return {file,
                std::make_shared<KeyRing>([this] { return key_is_set ? std::optional{key_file} : std::nullopt; })};
    }
    Result<void> prepare() const { return prepare_encryption(open()); }
    void encrypt()
    {
        key_is_set = true;
        REQUIRE(prepare());
    }
    std::string key_id() const { return read_key_file(key_file).value().front().id(); }

    /// Of what stands on the disk: the database, its log and whatever else is there but for the keys.
    bool disk_holds(const std::string& text) const
    {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
            if (entry.is_regular_file() && entry.path().string().find(".key") == std::string::npos &&
                read_file(entry.path()).value().find(text) != std::string::npos)
                return true;
        return false;
    }

    static NewAccount account(int number)
    {
        NewAccount made = able_account(fmt::format("a{}@x.org", number));
        made.password = fmt::format("plain password {}.", number);
        made.session_id = "plainsession" + session_of(number);
        made.proxy_url = fmt::format("http://plain:proxy@{}.example", number);
        return made;
    }
    void add(int count) const
    {
        Database database{open()};
        database.keys().load();
        Transaction transaction{database};
        for (int i = 1; i <= count; ++i) AccountStore{database}.add(account(i), at("2026-11-22T12:00:00Z"));
        transaction.commit();
    }

    /// Every account of the first `count` can be read as it was added.
    void has_all(int count) const
    {
        Database database{open()};
        REQUIRE(database.keys().load());
        for (int i = 1; i <= count; ++i) {
            const auto found = AccountStore{database}.find(i);
            REQUIRE(found);
            const NewAccount wanted = account(i);
            if (found->password != wanted.password || found->session_id != wanted.session_id ||
                found->proxy_url != wanted.proxy_url)
                FAIL("account " << i << " is not as it was");
        }
    }
};

}  // namespace dreamina
