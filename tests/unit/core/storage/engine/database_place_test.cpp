#include "core/storage/engine/database_place.hpp"

#include <doctest/doctest.h>

#include "temporary_folder.hpp"

using namespace dreamina;

namespace {

/// As /proc/self/mountinfo of a container.
constexpr std::string_view mounts =
    "1 0 0:50 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/x\n"
    "2 1 8:1 /home/me/dreamina.db /app/dreamina.db rw,relatime - ext4 /dev/sda1 rw\n"
    "3 1 0:60 / /net rw,relatime shared:5 master:2 - nfs4 server:/export rw,vers=4.2\n"
    "4 1 8:1 / /net/local rw - xfs /dev/sdb1 rw\n"
    "5 1 0:61 / /with\\040blank\\134 rw - cifs //server/share rw\n"
    "6 1 0:62 / /twice rw - ext4 /dev/sdc rw\n"
    "7 6 0:63 / /twice rw - fuse.sshfs user@host: rw\n"
    "broken\n"
    "8 1 0:64 / /no-type rw -\n";

}  // namespace

TEST_CASE("what a database stands on is told by the mount nearest to it")
{
    const auto place = [](const char* file) { return place_in(mounts, file); };
    CHECK(place("/data/dreamina.db").file_system == "overlay");
    CHECK_FALSE(place("/data/dreamina.db").single_file);
    CHECK_FALSE(place("/data/dreamina.db").network);

    CHECK(place("/app/dreamina.db").single_file);
    CHECK(place("/app/dreamina.db").file_system == "ext4");
    CHECK_FALSE(place("/app/dreamina.db").network);
    CHECK_FALSE(place("/app/dreamina.db-wal").single_file);
    CHECK_FALSE(place("/app/other.db").single_file);

    CHECK(place("/net/a/dreamina.db").network);
    CHECK(place("/net/a/dreamina.db").file_system == "nfs4");
    CHECK_FALSE(place("/net/local/dreamina.db").network);
    CHECK(place("/network/dreamina.db").file_system == "overlay");
    CHECK(place("/with blank\\/dreamina.db").network);
    CHECK(place("/twice/dreamina.db").file_system == "fuse.sshfs");
    CHECK(place_in("", "/a").file_system.empty());
}

TEST_CASE("on this machine")
{
    const TemporaryFolder folder;
    const DatabasePlace place = database_place(folder / "dreamina.db");
    CHECK_FALSE(place.file_system.empty());
    CHECK_FALSE(place.single_file);
}
