#include "core/storage/results/result_files.hpp"

#include <fstream>

#include "core/storage/results/result_shelf.hpp"
#include "core/storage/results/retired_results.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

Message fault_of(ResultShelf& shelf, const std::string& content)
{
    auto writer = ResultFileWriter::create(shelf.folder, "x");
    REQUIRE(writer);
    writer->write(content);
    static_cast<void>(writer->finish());
    return writer->fault();
}

void make_old(const std::filesystem::path& file)
{
    std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - std::chrono::hours{48});
}

void add_thumbnail(const ResultShelf& shelf, const std::filesystem::path& place)
{
    std::filesystem::create_directories((shelf.folder / place).parent_path());
    std::ofstream{shelf.folder / place} << "RIFF....WEBP";
}

}  // namespace

TEST_CASE("a stored result names its file by what is in it")
{
    ResultShelf shelf;
    const std::string id = shelf.add_stored(picture());
    const StoredResult row = shelf.get(id);
    CHECK(row.state == ResultState::stored);
    CHECK(row.media == ResultMedia::image);
    CHECK(row.mime == "image/png");
    CHECK(row.bytes == static_cast<std::int64_t>(picture().size()));
    CHECK((row.width == 3 && row.height == 2));
    CHECK(result_place(row.sha256) == std::filesystem::path{row.sha256.substr(0, 2)} / row.sha256);
    CHECK(shelf.has_file(id));
    CHECK(shelf.store.totals().bytes == row.bytes);
}

TEST_CASE("only pictures and videos are taken, and not beyond their size")
{
    ResultShelf shelf;
    CHECK(fault_of(shelf, "<html>" + std::string(100, ' ')).code == "storing.no_media");
    CHECK(fault_of(shelf, "<svg/>").code == "storing.no_media");
    CHECK(fault_of(shelf, "").code == "storing.no_media");
    CHECK(fault_of(shelf, picture()).empty());
    CHECK(fault_of(shelf, picture(std::string(max_result_bytes(ResultMedia::image), ' '))).code == "storing.too_large");
    CHECK(shelf.files() == 0);
}

TEST_CASE("equal results share a file, which goes with the last of them")
{
    ResultShelf shelf;
    const std::string one = shelf.add_stored(picture());
    const std::string two = shelf.add_stored(picture());
    CHECK(shelf.files() == 1);
    const std::string sha256 = shelf.get(one).sha256;
    shelf.store.remove(one);
    remove_unnamed_files(*shelf, shelf.folder, {&sha256, 1});
    CHECK(shelf.has_file(two));
    shelf.store.remove(two);
    remove_unnamed_files(*shelf, shelf.folder, {&sha256, 1});
    CHECK(shelf.files() == 0);
}

TEST_CASE("a result that was deleted while it was fetched leaves no file")
{
    ResultShelf shelf;
    const std::string id = shelf.add_pending();
    shelf.store.remove(id);
    CHECK_FALSE(shelf.put(id, picture()));
    CHECK(shelf.files() == 0);
}

TEST_CASE("no name leads out of the folder")
{
    CHECK(result_place("../../etc/passwd").empty());
    CHECK(result_place("").empty());
    CHECK(result_place(std::string(64, 'G')).empty());
}

TEST_CASE("results expire unless they are pinned")
{
    ResultShelf shelf;
    const std::string going = shelf.add_stored(picture("a"));
    const std::string pinned = shelf.add_stored(picture("b"));
    shelf.store.set_pinned(pinned, true, shelf.now);
    CHECK(retire_results(*shelf, shelf.folder, shelf.settings, shelf.now + std::chrono::days{7}, {}) == 1);
    CHECK(shelf.get(going).state == ResultState::expired);
    CHECK(shelf.get(going).last_error.code == "storing.time_over");
    CHECK_FALSE(shelf.has_file(going));
    CHECK(shelf.get(pinned).state == ResultState::stored);
    CHECK(shelf.has_file(pinned));
    retire_results(*shelf, shelf.folder, shelf.settings, shelf.now + std::chrono::days{40}, {});
    CHECK_FALSE(shelf.store.find(going));
}

TEST_CASE("beyond what may be stored the oldest go that are not pinned")
{
    ResultShelf shelf;
    std::vector<std::string> ids;
    for (const char* rest : {"a", "b", "c", "d"}) ids.push_back(shelf.add_stored(picture(rest)));
    shelf.store.set_pinned(ids[0], true, shelf.now);
    shelf.settings.results_max_gb = 2.5 * static_cast<double>(picture("a").size()) / 1e9;
    CHECK(enforce_result_limits(*shelf, shelf.folder, shelf.settings, {}) == 2);
    CHECK(shelf.get(ids[0]).state == ResultState::stored);
    CHECK(shelf.get(ids[1]).state == ResultState::expired);
    CHECK(shelf.get(ids[1]).last_error.code == "storing.evicted");
    CHECK(shelf.get(ids[2]).state == ResultState::expired);
    CHECK(shelf.get(ids[3]).state == ResultState::stored);
    CHECK(shelf.files() == 2);
}

TEST_CASE("a key has its own limit")
{
    ResultShelf shelf;
    const ApiKeyId key = shelf.add_key("shop", 1);
    const std::string of_key = shelf.add_stored(picture("a"), key);
    const std::string newer = shelf.add_stored(picture("b"), key);
    const std::string other = shelf.add_stored(picture("c"));
    shelf->run("UPDATE results SET bytes = 700000000 WHERE api_key_id = ?", key);
    CHECK(enforce_result_limits(*shelf, shelf.folder, shelf.settings, {}) == 1);
    CHECK(shelf.get(of_key).state == ResultState::expired);
    CHECK(shelf.get(newer).state == ResultState::stored);
    CHECK(shelf.get(other).state == ResultState::stored);
}

TEST_CASE("files that nobody needs are swept once they are old, and others stay")
{
    ResultShelf shelf;
    const std::string kept = shelf.add_stored(picture("a"));
    const std::string orphan = shelf.add_stored(picture("b"));
    const std::string pending = shelf.add_pending();
    const std::string sha256 = shelf.get(orphan).sha256;
    shelf.store.remove(orphan);
    const auto incoming = incoming_folder(shelf.folder);
    for (const std::string& name : {pending, shelf.next_id(), std::string{"killed.fetch"}})
        std::ofstream{incoming / name} << "x";
    const Time real_now = system_now();
    CHECK(sweep_result_files(*shelf, shelf.folder, real_now - 24h) == 0);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(shelf.folder))
        if (entry.is_regular_file()) make_old(entry.path());
    CHECK(sweep_result_files(*shelf, shelf.folder, real_now - 24h) == 3);
    CHECK(shelf.has_file(kept));
    CHECK_FALSE(std::filesystem::exists(shelf.folder / result_place(sha256)));
    CHECK(std::filesystem::exists(incoming / pending));
}

TEST_CASE("a thumbnail is in a folder apart from the results, and goes with its file")
{
    ResultShelf shelf;
    const std::string id = shelf.add_stored(picture());
    const std::string sha256 = shelf.get(id).sha256;
    CHECK(thumbnail_place(sha256) ==
          std::filesystem::path{"thumbnails"} / sha256.substr(0, 2) / (std::string{sha256}.append(".webp")));
    CHECK(thumbnail_place("../x").empty());
    CHECK_FALSE(has_thumbnail(shelf.folder, sha256));
    add_thumbnail(shelf, thumbnail_place(sha256));
    CHECK(has_thumbnail(shelf.folder, sha256));
    shelf.store.remove(id);
    remove_unnamed_files(*shelf, shelf.folder, {&sha256, 1});
    CHECK(shelf.files() == 0);
}

TEST_CASE("a link in place of a file is none")
{
    ResultShelf shelf;
    const std::string sha256 = shelf.get(shelf.add_stored(picture())).sha256;
    const auto file = shelf.folder / result_place(sha256);
    const auto elsewhere = shelf.place / "elsewhere";
    CHECK(has_result_file(shelf.folder, sha256));
    std::filesystem::rename(file, elsewhere);
    CHECK_FALSE(has_result_file(shelf.folder, sha256));
    std::filesystem::create_symlink(elsewhere, file);
    CHECK_FALSE(has_result_file(shelf.folder, sha256));
    add_thumbnail(shelf, thumbnail_place(sha256));
    std::filesystem::remove(shelf.folder / thumbnail_place(sha256));
    std::filesystem::create_symlink(elsewhere, shelf.folder / thumbnail_place(sha256));
    CHECK_FALSE(has_thumbnail(shelf.folder, sha256));
}

TEST_CASE("thumbnails that nobody needs are swept, and no link is followed")
{
    ResultShelf shelf;
    const std::string kept = shelf.get(shelf.add_stored(picture("a"))).sha256;
    const std::string orphan(64, 'f');
    const auto half_made = thumbnail_place(kept).replace_extension(".making.webp");
    for (const auto& thumbnail : {thumbnail_place(kept), thumbnail_place(orphan), half_made})
        add_thumbnail(shelf, thumbnail);
    const auto beside = std::filesystem::path{result_place(kept)}.concat(".thumb.webp");
    std::ofstream{shelf.folder / beside} << "x";
    std::filesystem::create_directories(shelf.place / "elsewhere");
    std::ofstream{shelf.place / "elsewhere" / orphan} << "x";
    std::filesystem::create_directory_symlink(shelf.place / "elsewhere", shelf.folder / "thumbnails" / "zz");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(shelf.place.path()))
        if (entry.is_regular_file()) make_old(entry.path());
    CHECK(sweep_result_files(*shelf, shelf.folder, system_now() - 24h) == 3);
    CHECK(has_thumbnail(shelf.folder, kept));
    CHECK(has_result_file(shelf.folder, kept));
    CHECK(std::filesystem::exists(shelf.place / "elsewhere" / orphan));
}

TEST_CASE("the folder is where the settings say")
{
    Settings settings;
    CHECK(result_folder(settings, "/data/dreamina.db") == "/data/results");
    settings.results_folder = "../pictures";
    CHECK(result_folder(settings, "/data/dreamina.db") == "/pictures");
    settings.results_folder = "/mnt/results";
    CHECK(result_folder(settings, "/data/dreamina.db") == "/mnt/results");
}
