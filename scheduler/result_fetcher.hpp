#pragma once
/// Fetches the results that are due, and files what came with answers. An attempt is recorded when it is over, so that
/// one that was cut off by the scheduler's end is due again.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/clients/file_downloader.hpp"
#include "core/domain/settings.hpp"
#include "core/storage/engine/database.hpp"
#include "core/storage/results/result_files.hpp"

namespace dreamina {

class ResultFetcher {
public:
    struct Options {
        std::size_t at_once = 6;
        std::size_t per_host = 2;      ///< of them
        milliseconds look_every{500};  ///< for what has become due meanwhile
        std::function<Time()> clock = system_now;
    };
    struct Outcome {
        int stored = 0;
        int failed = 0;  ///< attempts
    };

    /// Used by one thread; `database` and `downloader` outlive it. `settings`: as they are at the moment.
    ResultFetcher(Database& database, std::filesystem::path database_file, FileDownloader& downloader,
                  std::function<Settings()> settings)
        : ResultFetcher(database, std::move(database_file), downloader, std::move(settings), Options{})
    {
    }
    ResultFetcher(Database& database, std::filesystem::path database_file, FileDownloader& downloader,
                  std::function<Settings()> settings, Options options);

    /// Until nothing is due and nothing under way, or `stop` is requested. Throws DatabaseError where the database
    /// refuses: what was under way is due again.
    Outcome run(const std::stop_token& stop);

private:
    struct UnderWay {
        StoredResult result;
        std::filesystem::path folder;
        ResultFileWriter writer;
    };

    void begin_due();
    std::vector<std::string> full_hosts() const;
    void enforce_limits(const std::stop_token& stop);
    void begin(StoredResult result, const std::filesystem::path& folder, const Settings& settings);
    void file_incoming(const StoredResult& result, const std::filesystem::path& folder);
    void finish(const StoredResult& result, const std::filesystem::path& folder, ResultFileWriter& writer);
    void end(const DownloadEnd& download);
    void fail(const StoredResult& result, const Message& why, bool is_final);
    void postpone(const StoredResult& result);

    Database& database_;
    const std::filesystem::path database_file_;
    FileDownloader& downloader_;
    const std::function<Settings()> settings_;
    const Options options_;
    std::map<std::string, UnderWay> under_way_;
    Outcome outcome_;
    int stored_beyond_limits_ = 0;  // at most: since they were enforced
    Time limits_enforced_at_{};
};

}  // namespace dreamina
