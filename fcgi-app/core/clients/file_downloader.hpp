#pragma once
/// Downloads files, several at a time, from one thread. The result fetcher holds a FileDownloader, so a test can put
/// one of its own in its place.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/message/message.hpp"

namespace dreamina {

struct DownloadRequest {
    std::string url;              ///< http or https
    bool allows_private = false;  ///< the administrator listed its host
    /// Called with each piece of a good answer's body; false: no more of it is wanted.
    std::function<bool(std::string_view)> take;
};

/// What came of one.
struct DownloadEnd {
    std::string tag;            ///< as it was given to begin()
    std::optional<int> status;  ///< HTTP; nothing: no answer came
    bool is_complete = false;   ///< all of a good answer's body was taken
    Message failure;            ///< why it is not; with the host, without path and query, which hold a signature
};

class FileDownloader {
public:
    virtual ~FileDownloader() = default;

    /// `tag` tells it from the others.
    virtual void begin(std::string tag, DownloadRequest request) = 0;

    /// Those that ended. Waits for the first of them, for `patience` at most; not once `stop` is requested.
    virtual std::vector<DownloadEnd> wait(std::chrono::milliseconds patience, const std::stop_token& stop) = 0;
};

/// libcurl. A connection of its own for each, to addresses of the public internet only unless `allows_private`. No
/// redirects, no proxies, no cookies. What is under way when it goes is cut off.
class CurlFileDownloader : public FileDownloader {
public:
    struct Options {
        std::chrono::milliseconds connect_timeout{10'000};
        std::chrono::milliseconds timeout{120'000};
        std::vector<std::string> resolve = {};  ///< for tests: "host:port:address", as CURLOPT_RESOLVE has it
    };
    CurlFileDownloader() : CurlFileDownloader(Options{}) {}
    explicit CurlFileDownloader(Options options);
    ~CurlFileDownloader() override;

    void begin(std::string tag, DownloadRequest request) override;
    std::vector<DownloadEnd> wait(std::chrono::milliseconds patience, const std::stop_token& stop) override;

private:
    class Transfers;
    std::unique_ptr<Transfers> transfers_;
};

}  // namespace dreamina
