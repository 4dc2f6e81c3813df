#include "core/base/key_ring.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

#include "core/base/file.hpp"
#include "temporary_folder.hpp"

using namespace dreamina;

namespace {

void write(const std::filesystem::path& file, const std::string& text, mode_t mode = 0600)
{
    REQUIRE(write_file_atomically(file, text, 0600));
    REQUIRE(::chmod(file.c_str(), mode) == 0);
}

}  // namespace

TEST_CASE("a key file holds the newest key first, for its owner's eyes only")
{
    const TemporaryFolder folder;
    const EncryptionKey newer = EncryptionKey::random();
    const EncryptionKey older = EncryptionKey::random();
    REQUIRE(write_key_file(folder / "keys", {newer, older}));
    struct stat found {};
    REQUIRE(::stat((folder / "keys").c_str(), &found) == 0);
    CHECK((found.st_mode & 0777U) == 0600U);
    const auto keys = read_key_file(folder / "keys");
    REQUIRE(keys);
    REQUIRE(keys->size() == 2);
    CHECK((*keys)[0].id() == newer.id());
    CHECK((*keys)[1].hex() == older.hex());

    write(folder / "by-hand", "\n# mine\n  " + newer.hex() + "  \r\n");
    CHECK(read_key_file(folder / "by-hand").value().front().id() == newer.id());
}

TEST_CASE("a key file that is no good is refused with a word that holds no key")
{
    const TemporaryFolder folder;
    const std::string hex = EncryptionKey::random().hex();
    const auto refused = [&](const std::string& part) {
        const auto keys = read_key_file(folder / "keys");
        REQUIRE_FALSE(keys);
        CHECK_MESSAGE(keys.error().message.find(part) != std::string::npos, keys.error().message);
        CHECK(keys.error().message.find(hex.substr(0, 20)) == std::string::npos);
        return keys.error().code;
    };
    CHECK(refused("there is no key file") == "key_missing");
    write(folder / "keys", "");
    CHECK(refused("holds no key") == "key_unreadable");
    write(folder / "keys", "# first\n" + hex.substr(1) + "\n");
    CHECK(refused("line 2") == "key_unreadable");
    for (const mode_t open : {0640U, 0604U, 0620U}) {
        write(folder / "keys", hex + "\n", open);
        CHECK(refused("chmod 600") == "key_unreadable");
    }
    std::filesystem::remove(folder / "keys");
    std::filesystem::create_directory(folder / "keys");
    CHECK(refused("is no file") == "key_unreadable");
}

TEST_CASE("a ring that lacks a key looks into the file again, wherever that is by now")
{
    const TemporaryFolder folder;
    const EncryptionKey first = EncryptionKey::random();
    const EncryptionKey second = EncryptionKey::random();
    std::optional<std::filesystem::path> place;
    KeyRing ring{[&] { return place; }};
    REQUIRE(ring.load());
    CHECK(ring.keys()->empty());
    CHECK_FALSE(ring.find(first.id()));

    REQUIRE(write_key_file(folder / "keys", {first}));
    place = folder / "keys";
    CHECK(ring.find(first.id()));
    REQUIRE(write_key_file(folder / "keys", {second, first}));
    CHECK(ring.find(second.id()));

    // It goes on with what it has while the file is not good.
    REQUIRE(write_file_atomically(folder / "keys", "nonsense", 0600));
    CHECK_FALSE(ring.load());
    CHECK(ring.find(second.id()));
    CHECK_FALSE(ring.find("0123456789abcdef"));
}
