#include "result_fetcher.hpp"

#include <algorithm>
#include <fstream>

#include "core/base/log.hpp"
#include "core/domain/results/fetch_schedule.hpp"
#include "core/domain/results/result_hosts.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/results/retired_results.hpp"

namespace dreamina {
namespace {

namespace fs = std::filesystem;

/// While there is always something to fetch.
constexpr std::chrono::minutes enforce_limits_every{1};

/// What another attempt does not mend.
bool is_final_fault(const Message& fault)
{
    return fault.code == "storing.no_media" || fault.code == "storing.too_large";
}

bool read_into(ResultFileWriter& writer, const fs::path& file)
{
    std::ifstream in{file, std::ios::binary};
    if (!in) return false;
    std::string piece(128 * 1024, '\0');
    while (in) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        if (in.gcount() > 0 && !writer.write({piece.data(), static_cast<std::size_t>(in.gcount())})) break;
    }
    return true;
}

}  // namespace

ResultFetcher::ResultFetcher(Database& database, fs::path database_file, FileDownloader& downloader,
                             std::function<Settings()> settings, Options options)
    : database_(database),
      database_file_(std::move(database_file)),
      downloader_(downloader),
      settings_(std::move(settings)),
      options_(std::move(options))
{
}

ResultFetcher::Outcome ResultFetcher::run(const std::stop_token& stop)
{
    outcome_ = {};
    limits_enforced_at_ = options_.clock();
    while (!stop.stop_requested()) {
        begin_due();
        if (under_way_.empty()) break;
        for (const DownloadEnd& download : downloader_.wait(options_.look_every, stop)) end(download);
        if (options_.clock() - limits_enforced_at_ >= enforce_limits_every) enforce_limits(stop);
    }
    enforce_limits(stop);
    return outcome_;
}

void ResultFetcher::enforce_limits(const std::stop_token& stop)
{
    if (stored_beyond_limits_ == 0 || stop.stop_requested()) return;
    const Settings settings = settings_();
    enforce_result_limits(database_, result_folder(settings, database_file_), settings, stop);
    stored_beyond_limits_ = 0;
    limits_enforced_at_ = options_.clock();
}

std::vector<std::string> ResultFetcher::full_hosts() const
{
    std::map<std::string, std::size_t> inside;
    for (const auto& each : under_way_) ++inside[each.second.result.source_host];
    std::vector<std::string> full;
    for (const auto& each : inside)
        if (each.second >= options_.per_host) full.push_back(each.first);
    return full;
}

void ResultFetcher::begin_due()
{
    const Settings settings = settings_();
    const fs::path folder = result_folder(settings, database_file_);
    while (under_way_.size() < options_.at_once) {
        std::vector<std::string> ids;
        for (const auto& each : under_way_) ids.push_back(each.first);
        const auto room = static_cast<std::int64_t>(options_.at_once - under_way_.size());
        auto found = ResultStore{database_}.due(options_.clock(), ids, full_hosts(), room);
        if (found.empty()) return;
        for (StoredResult& result : found) {
            const auto full = full_hosts();
            // It is passed over the next time, so that others have their turn.
            if (std::find(full.begin(), full.end(), result.source_host) != full.end()) continue;
            begin(std::move(result), folder, settings);
        }
    }
}

void ResultFetcher::begin(StoredResult result, const fs::path& folder, const Settings& settings)
{
    if (!has_room_for_results(folder, settings)) return postpone(result);
    if (!result.source_url) return file_incoming(result, folder);
    const auto source = result_source(*result.source_url, settings.results_hosts);
    if (!source || !source->is_allowed)
        return fail(result, {"storing.host_refused", {{"host", result.source_host}}}, true);
    auto writer = ResultFileWriter::create(folder, result.id);
    if (!writer) return fail(result, message_of(writer.error()), false);
    const std::string id = result.id;
    const std::string url = *result.source_url;
    const auto added = under_way_.emplace(id, UnderWay{std::move(result), folder, std::move(*writer)});
    ResultFileWriter& into = added.first->second.writer;
    downloader_.begin(id, {.url = url,
                           .allows_private = source->allows_private,
                           .take = [&into](std::string_view piece) { return into.write(piece); }});
}

void ResultFetcher::file_incoming(const StoredResult& result, const fs::path& folder)
{
    const fs::path incoming = incoming_folder(folder) / result.id;
    auto writer = ResultFileWriter::create(folder, result.id);
    if (!writer) return fail(result, message_of(writer.error()), false);
    if (!read_into(*writer, incoming)) return fail(result, {"storing.lost"}, true);
    finish(result, folder, *writer);
    std::error_code ignored;
    if (!ResultStore{database_}.has_pending(result.id)) fs::remove(incoming, ignored);
}

void ResultFetcher::end(const DownloadEnd& download)
{
    const auto found = under_way_.find(download.tag);
    if (found == under_way_.end()) return;
    UnderWay ended = std::move(found->second);
    under_way_.erase(found);
    if (download.is_complete) {
        finish(ended.result, ended.folder, ended.writer);
    } else {
        const Message& fault = ended.writer.fault();
        fail(ended.result, fault.empty() ? download.failure : fault, is_final_fault(fault));
    }
}

void ResultFetcher::finish(const StoredResult& result, const fs::path& folder, ResultFileWriter& writer)
try {
    const auto file = writer.finish();
    if (!file) return fail(result, writer.fault(), is_final_fault(writer.fault()));
    if (publish_result(database_, folder, result.id, writer, *file)) {
        ++outcome_.stored;
        ++stored_beyond_limits_;
    } else {
        const std::string sha256 = file->sha256;
        remove_unnamed_files(database_, folder, {&sha256, 1});
    }
} catch (const DatabaseError&) {
    throw;
} catch (const std::runtime_error& error) {
    log_error("result {}: {}", NotSecret{result.id}, error.what());
    fail(result, {"storing.no_room"}, false);
}

void ResultFetcher::fail(const StoredResult& result, const Message& why, bool is_final)
{
    const Time now = options_.clock();
    const auto next = is_final ? std::nullopt : next_fetch(result.attempts + 1, now);
    Transaction transaction{database_};
    ResultStore{database_}.record_failed(result.id, next, why);
    transaction.commit();
    ++outcome_.failed;
    log_warning("result {}, attempt {}: {}", NotSecret{result.id}, result.attempts + 1, english(why));
}

void ResultFetcher::postpone(const StoredResult& result)
{
    Transaction transaction{database_};
    ResultStore{database_}.postpone(result.id, options_.clock() + room_pause, {"storing.no_room"});
    transaction.commit();
}

}  // namespace dreamina
