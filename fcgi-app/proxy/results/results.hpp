#pragma once
/// Stored results in this worker: what answers hold gets its rows here, and clients get what is stored. The files are
/// fetched by the scheduler and sent by nginx. On the loop's thread.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/domain/results/result_link.hpp"
#include "core/pool/write_queue.hpp"
#include "core/storage/engine/connection_pool.hpp"
#include "core/storage/generations/generation_files.hpp"
#include "core/storage/results/new_results.hpp"
#include "core/storage/stores/settings_file.hpp"
#include "net/event_loop.hpp"
#include "net/exchange.hpp"
#include "net/task_pool.hpp"

namespace dreamina {

class Results {
public:
    /// All of them outlive it; `threads` is emptied before it goes, after close().
    struct Parts {
        EventLoop& loop;
        TaskPool& threads;
        ConnectionPool& connections;
        WriteQueue& write_queue;
        SettingsFile& settings;
        std::filesystem::path database_file;
    };
    explicit Results(Parts parts) : parts_(std::move(parts)) {}

    /// As the settings are at the moment.
    std::filesystem::path folder() const;

    /// Looks after the disk's room from time to time, in another thread. Called often.
    void refresh();
    /// Whether it has some. Until it has been looked at, and where it does not answer, it has none.
    bool has_room() const;

    /// Gives them rows. `then`: with those that have one, once that is committed; with none where it could not be, or
    /// where the disk has no room.
    void add(AnsweredResults answered, std::function<void(std::vector<AddedResult>)> then);
    /// The same for what nobody waits for. Its files are finished first.
    void add_later(AnsweredResults answered, std::vector<NewFile> files);

    /// Whether the request is for a result; such a one is never forwarded.
    static bool is_for_result(const Request& request);
    /// Answers one whose link is signed; false: it has none, and a key is needed.
    bool answer_signed(const std::shared_ptr<Exchange>& client);
    /// `key`: null for the administrator.
    void answer_route(const std::shared_ptr<Exchange>& client, std::optional<std::int64_t> key);

    /// From now on nothing is left to other threads.
    void close() { is_closed_ = true; }
    /// Nothing is left that this worker alone can end.
    bool is_idle() const { return pending_ == 0; }

private:
    struct Asked {
        std::shared_ptr<Exchange> client;
        std::string id;
        std::optional<std::int64_t> key;  // whose it has to be; nothing: anybody's
        std::optional<ResultLink> link;
        std::string signature;
        ResultDisposition disposition = ResultDisposition::inline_;
        EventLoop::Clock::time_point until{};
    };
    void serve(const std::shared_ptr<Asked>& asked);
    std::optional<Reply> look(const Asked& asked, bool is_last) const;
    void off_the_loop(std::function<void()> work, std::function<void()> then);

    Parts parts_;
    std::optional<std::uintmax_t> free_bytes_;  // as they were found
    std::filesystem::path looked_at_;
    EventLoop::Clock::time_point looks_again_at_{};
    std::optional<EventLoop::Clock::time_point> looks_since_;  // at the disk, just now
    int pending_ = 0;
    bool is_closed_ = false;
};

/// What links in the answer to a request begin with: PUBLIC_URL, or the address that it came to. Empty: it cannot be
/// told.
std::string public_origin(const Request& request, const Settings& settings);

}  // namespace dreamina
