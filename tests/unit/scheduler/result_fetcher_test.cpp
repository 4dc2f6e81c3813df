#include "result_fetcher.hpp"

#include <fstream>

#include "core/base/said.hpp"
#include "core/domain/results/fetch_schedule.hpp"
#include "core/storage/results/result_shelf.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

/// Stands in for the network: answers as the test says.
class InventedDownloads : public FileDownloader {
public:
    struct Answer {
        std::string body = picture();
        int status = 200;
        bool is_complete = true;
    };

    void begin(std::string tag, DownloadRequest request) override
    {
        asked.push_back(request.url);
        were_private.push_back(request.allows_private);
        under_way.emplace_back(std::move(tag), std::move(request));
    }
    std::vector<DownloadEnd> wait(std::chrono::milliseconds, const std::stop_token&) override
    {
        if (on_wait) on_wait();
        std::vector<DownloadEnd> ended;
        for (auto& [tag, request] : std::exchange(under_way, {})) {
            const bool taken = answer.status != 200 || request.take(answer.body);
            const bool complete = taken && answer.is_complete && answer.status == 200;
            ended.push_back({.tag = tag,
                             .status = answer.status,
                             .is_complete = complete,
                             .failure = complete ? Message{} : Message{"storing.status"}});
        }
        return ended;
    }

    Answer answer;
    std::function<void()> on_wait;
    std::vector<std::string> asked;
    std::vector<bool> were_private;
    std::vector<std::pair<std::string, DownloadRequest>> under_way;
};

struct Fetching : ResultShelf {
    InventedDownloads network;

    Fetching() { settings.results_folder = folder.string(); }
    ResultFetcher::Outcome run()
    {
        ResultFetcher fetcher{
            **this, "/nowhere/dreamina.db", network, [this] { return settings; }, {.clock = [this] { return now; }}};
        return fetcher.run({});
    }
};

}  // namespace

TEST_CASE("what is due is fetched and stored")
{
    Fetching here;
    const std::string one = here.add_pending();
    const std::string two = here.add_pending();
    CHECK(here.run().stored == 2);
    CHECK(here.get(one).state == ResultState::stored);
    CHECK((here.has_file(one) && here.has_file(two)));
    CHECK(here.network.asked == std::vector{picture_url, picture_url});
    CHECK(here.network.were_private == std::vector{false, false});
    CHECK(here.run().stored == 0);
}

TEST_CASE("an attempt that fails is made again, at longer and longer distances, and then no more")
{
    Fetching here;
    here.network.answer.status = 503;
    const std::string id = here.add_pending();
    std::size_t attempts = 0;
    for (const auto pause : fetch_pauses) {
        CHECK(here.run().failed == 1);
        CHECK(here.get(id).attempts == static_cast<std::int64_t>(++attempts));
        here.now += pause - 1ms;
        CHECK(here.run().failed == 0);
        here.now += 1ms;
    }
    CHECK(here.run().failed == 1);
    CHECK(here.get(id).state == ResultState::failed);
    CHECK(here.get(id).last_error.code == "storing.status");
    CHECK(here.files() == 0);
}

TEST_CASE("the log names a result that could not be fetched by its whole id")
{
    Fetching here;
    here.network.answer.status = 503;
    const std::string id = here.add_pending();
    const std::string text = said([&] { here.run(); });
    CHECK_MESSAGE(text.find("result " + id + ", attempt 1") != std::string::npos, text);
}

TEST_CASE("what is no picture fails at once, and so does a host that is not allowed any more")
{
    Fetching here;
    here.network.answer.body = "<html>" + std::string(100, ' ');
    const std::string page = here.add_pending();
    here.run();
    CHECK(here.get(page).state == ResultState::failed);
    CHECK(here.get(page).last_error.code == "storing.no_media");

    here.settings.results_hosts = "cdn.example";
    const std::string id = here.next_id();
    here.add({{.id = id, .url = "http://cdn.example/x"}});
    here.settings.results_hosts = std::nullopt;
    here.network.asked.clear();
    here.run();
    CHECK(here.get(id).last_error.code == "storing.host_refused");
    CHECK(here.network.asked.empty());
}

TEST_CASE("a file that was cut is not stored")
{
    Fetching here;
    here.network.answer.is_complete = false;
    const std::string id = here.add_pending();
    here.run();
    CHECK(here.get(id).state == ResultState::pending);
    CHECK(here.files() == 0);
}

TEST_CASE("while the disk is full nothing is fetched and no attempt is lost")
{
    Fetching here;
    const std::string id = here.add_pending();
    here.settings.results_min_free_gb = 1e9;
    here.run();
    CHECK(here.network.asked.empty());
    CHECK(here.get(id).attempts == 0);
    CHECK(here.get(id).last_error.code == "storing.no_room");
    here.settings.results_min_free_gb = 0;
    here.now += room_pause;
    CHECK(here.run().stored == 1);
}

TEST_CASE("a result that is deleted while it is fetched leaves nothing")
{
    Fetching here;
    const std::string id = here.add_pending();
    here.network.on_wait = [&] { here.store.remove(id); };
    CHECK(here.run().stored == 0);
    CHECK(here.files() == 0);
}

TEST_CASE("bytes that came with an answer are looked at and stored like others")
{
    Fetching here;
    const std::string id = here.next_id();
    const std::string lost = here.next_id();
    make_result_folders(here.folder);
    std::ofstream{incoming_folder(here.folder) / id, std::ios::binary} << picture();
    here.add({{.id = id, .url = std::nullopt}, {.id = lost, .url = std::nullopt}});
    CHECK(here.run().stored == 1);
    CHECK(here.has_file(id));
    CHECK(here.files() == 1);
    CHECK(here.get(lost).last_error.code == "storing.lost");
}

TEST_CASE("what is stored makes room for itself")
{
    Fetching here;
    const std::string old = here.add_stored(picture("old"));
    here.settings.results_max_gb = 1.5 * static_cast<double>(picture().size()) / 1e9;
    const std::string newer = here.add_pending();
    here.run();
    CHECK(here.get(old).state == ResultState::expired);
    CHECK(here.get(newer).state == ResultState::stored);
}

TEST_CASE("what is stored makes room also while there is always more to fetch")
{
    Fetching here;
    const std::string old = here.add_stored(picture("old"));
    here.settings.results_max_gb = 1.5 * static_cast<double>(picture().size()) / 1e9;
    here.add_pending();
    int waits = 0;
    std::vector<ResultState> seen;
    here.network.on_wait = [&] {
        seen.push_back(here.get(old).state);
        if (++waits == 3) return;
        here.add_pending();
        here.now += 30s;
    };
    CHECK(here.run().stored == 3);
    CHECK(seen == std::vector{ResultState::stored, ResultState::stored, ResultState::expired});
}

TEST_CASE("a host is asked for two at a time, and others have their turn")
{
    Fetching here;
    for (int i = 0; i < 5; ++i) here.add_pending();
    const std::string other = "https://p9-sign.byteimg.com/b.png";
    here.add({{.id = here.next_id(), .url = other}});
    std::vector<std::size_t> at_once;
    here.network.on_wait = [&] { at_once.push_back(here.network.under_way.size()); };
    CHECK(here.run().stored == 6);
    CHECK(at_once == std::vector<std::size_t>{3, 2, 1});
    CHECK(here.network.asked == std::vector{picture_url, picture_url, other, picture_url, picture_url, picture_url});
}
