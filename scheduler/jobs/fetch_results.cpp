#include "jobs.hpp"
#include "result_fetcher.hpp"

namespace dreamina {

void fetch_results(JobContext& context)
{
    CurlFileDownloader downloader;
    const auto settings = [&] { return context.latest_settings ? context.latest_settings() : context.settings; };
    ResultFetcher fetcher{context.database, context.database_file, downloader, settings};
    const auto outcome = fetcher.run(context.stop);
    context.summary = {"schedule.results_fetched", {{"stored", outcome.stored}, {"failed", outcome.failed}}};
}

}  // namespace dreamina
