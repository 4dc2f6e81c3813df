#include "core/storage/maintenance/await_data_folder.hpp"

#include <algorithm>

#include "core/base/file.hpp"
#include "core/base/said.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

/// Waits in no time: counts how long it was to be, and does what happens meanwhile.
struct Waiting {
    std::function<void(milliseconds)> meanwhile = [](milliseconds) {};
    milliseconds waited{0};
    milliseconds end_at = milliseconds::max();

    EndsWithin ends_within()
    {
        return [this](milliseconds wait) {
            waited += wait;
            meanwhile(waited);
            return waited >= end_at;
        };
    }
};

void write_config(const TemporaryFolder& folder, std::string_view text)
{
    REQUIRE(write_file_atomically(folder / "config.json", text, 0600));
}

auto lines_in(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

}  // namespace

TEST_CASE("a broken config.json is told once, with all that is wrong, and the start goes on when it is mended")
{
    TemporaryFolder folder;
    write_config(folder, R"({"PORT": 0, "LOG_LEVEL": "loud", "DATABASE_URL": "pool.db"})");
    Waiting waiting;
    waiting.meanwhile = [&](milliseconds waited) {
        if (waited == 100s) write_config(folder, R"({"DATABASE_URL": "pool.db"})");
    };
    Result<DataFolder> opened = failure("", "");
    const std::string log = said([&] { opened = await_data_folder(folder.path(), 1h, waiting.ends_within()); });
    REQUIRE(opened);
    CHECK(waiting.waited == 100s);  // seen at the very next look
    CHECK_MESSAGE(lines_in(log) == 2, log);
    CHECK(log.find((folder / "config.json").string() +
                   ": PORT must be a whole number from 1 to 65535; LOG_LEVEL must") != std::string::npos);
    CHECK(log.find("is mended") != std::string::npos);
    CHECK(std::filesystem::exists(folder / "pool.db"));
    CHECK_FALSE(std::filesystem::exists(folder / "dreamina.db"));  // nothing ran with defaults meanwhile
}

TEST_CASE("every way in which config.json cannot be read is waited for, and another fault is told as well")
{
    TemporaryFolder folder;
    const auto config = folder / "config.json";
    std::filesystem::create_directory(config);
    Waiting waiting;
    waiting.meanwhile = [&](milliseconds waited) {
        if (waited == 10s) std::filesystem::remove(config);
        if (waited == 10s) write_config(folder, "{\"PORT\": 5100,");
        if (waited == 20s) write_config(folder, "[]");
        if (waited == 30s) write_config(folder, R"({"PORT": "many"})");
        if (waited == 40s) write_config(folder, "{}");
    };
    Result<DataFolder> opened = failure("", "");
    const std::string log = said([&] { opened = await_data_folder(folder.path(), 1h, waiting.ends_within()); });
    REQUIRE(opened);
    CHECK(waiting.waited == 40s);
    CHECK_MESSAGE(lines_in(log) == 5, log);
    for (const char* words : {"is a directory and must be a file", "is not valid JSON (line 1)",
                              "must contain a JSON object", "PORT must be a whole number", "is mended"})
        CHECK_MESSAGE(log.find(words) != std::string::npos, log);
}

TEST_CASE("a fault that lies elsewhere is looked at again now and then")
{
    TemporaryFolder folder;
    std::filesystem::create_directory(folder / "dreamina.db");
    std::filesystem::permissions(folder / "dreamina.db", std::filesystem::perms::owner_all);
    Waiting waiting;
    waiting.meanwhile = [&](milliseconds waited) {
        if (waited == 40s) std::filesystem::remove(folder / "dreamina.db");
    };
    Result<DataFolder> opened = failure("", "");
    const std::string log = said([&] { opened = await_data_folder(folder.path(), 1h, waiting.ends_within()); });
    REQUIRE(opened);
    CHECK(waiting.waited == 60s);
    CHECK_MESSAGE(lines_in(log) == 2, log);
}

TEST_CASE("after its patience, or told to end, it fails with what is wrong")
{
    TemporaryFolder folder;
    write_config(folder, R"({"PORT": 0})");
    struct Row {
        std::chrono::seconds patience, end_at, waited;
    };
    for (const Row& row : {Row{0s, 1h, 0s}, Row{30s, 1h, 30s}, Row{1h, 5s, 5s}}) {
        Waiting waiting;
        waiting.end_at = row.end_at;
        Result<DataFolder> opened = failure("", "");
        const std::string log =
            said([&] { opened = await_data_folder(folder.path(), row.patience, waiting.ends_within()); });
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == "invalid_setting");
        CHECK(waiting.waited == row.waited);
        CHECK_MESSAGE(lines_in(log) == 1, log);
    }
}
