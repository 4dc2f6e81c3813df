#pragma once
/// One generation on its way through this worker: what its row says, where its answer goes, and who waits for it. It
/// goes the way of any request (forwarding.cpp), with an exchange of its own in the place of the client's connection.
/// On the loop's thread.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/domain/request_record.hpp"
#include "core/domain/settings.hpp"
#include "core/pool/generation_turn.hpp"
#include "core/storage/generations/generation_admission.hpp"
#include "net/coroutine.hpp"
#include "proxy/generations/generation_wish.hpp"
#include "proxy/generations/recorded_answer.hpp"

namespace dreamina {

class Generations;

class GenerationRun : public std::enable_shared_from_this<GenerationRun> {
public:
    enum class Phase {
        fresh,     ///< its row is not there yet
        deciding,  ///< its row is on its way to the database, or that it is this worker's
        accepted,
        refused,  ///< it has no row, and its client has been told why
        over      ///< nobody here has to do with it any more
    };

    /// Of a new request. `generations` outlives it. `id`: of one that has one already; empty: it gets one.
    GenerationRun(Generations& generations, std::filesystem::path folder, GenerationWish wish, const Request& request,
                  std::optional<std::int64_t> key, const Settings& settings, const std::string& id = {});
    /// Of a row that another worker left.
    GenerationRun(Generations& generations, std::filesystem::path folder, Generation row, const Settings& settings);

    const std::string& id() const { return row_.id; }
    const Generation& row() const { return row_; }
    Generation& row() { return row_; }
    const GenerationWish& wish() const { return wish_; }
    /// Nobody is connected: its body is kept, so that another worker can send it.
    bool is_async() const { return wish_.is_async; }
    /// Nobody will ask for it: it was to be kept only if its client did not take it, and the client has it.
    bool is_read() const { return wish_.keeps_unread && answer_.was_delivered(); }
    const std::shared_ptr<GenerationClaim>& claim() const { return claim_; }
    RecordedAnswer& answer() { return answer_; }

    /// What it goes its way with.
    std::shared_ptr<Exchange> make_exchange(Request request);
    /// Of a plain request that lost its client after it was sent: the rest of its way is a generation's. Its row is
    /// there with row_is_written(), and its end waits for that.
    void take_over(std::shared_ptr<Exchange> exchange);
    void row_is_written();
    const std::shared_ptr<Exchange>& exchange() const { return exchange_; }
    /// What it was asked at, without the query.
    std::string path() const { return row_.target.substr(0, row_.target.find('?')); }
    /// The same as its client had it.
    std::string asked_path() const;

    Phase phase() const { return phase_; }
    void set_phase(Phase phase) { phase_ = phase; }

    /// It has a row.
    void accept();

    /// Makes it a row, of this model and with this body, where it is none yet. Resumed once that is on its way to the
    /// database, and so ahead of what is asked of that then.
    Completion admission(const std::string& model, std::shared_ptr<const Body> body);

    /// How long it may take once it is sent, all attempts together.
    std::chrono::milliseconds timeout() const { return timeout_; }
    /// How much longer it may wait to be sent.
    std::chrono::milliseconds patience(std::chrono::milliseconds queue_timeout) const;
    bool is_late() const;
    /// Whether there may be an account for it later, where a client would be told to come back.
    bool may_wait_for(const NoLease& reason) const;
    /// Until there may be room for it again; `retry_at` as far as it is known.
    Completion room(std::optional<Time> retry_at);

    /// The answer is on the disk.
    Completion kept();
    /// How it ended, once the answer is kept.
    std::shared_ptr<const GenerationEnd> end(RequestOutcome outcome, bool was_sent);
    bool has_failed() const { return has_failed_; }
    /// Its end is in the database, or will be.
    void ended();

    /// It got an account and is not sent: another worker is to have it.
    void give_back();
    /// Takes it off its way, if it waits to be sent: it was cancelled, or another worker is to have it.
    void drop();
    /// It may have been paid for from here on.
    bool was_sent() const { return was_sent_; }
    void set_sent() { was_sent_ = true; }
    bool was_released() const { return was_released_; }
    void set_released() { was_released_ = true; }

private:
    void keep_answer();  // blocks

    Generations& generations_;
    std::filesystem::path folder_;
    GenerationWish wish_;
    Generation row_;
    std::shared_ptr<GenerationClaim> claim_;
    RecordedAnswer answer_;
    std::shared_ptr<Exchange> exchange_;
    Phase phase_ = Phase::fresh;
    bool is_adopted_ = false;
    std::chrono::milliseconds timeout_;
    std::chrono::hours keep_for_;
    std::optional<Time> key_expires_at_;
    std::optional<std::string> answer_file_;
    std::optional<std::string> short_answer_;  // what webhooks have of it
    bool has_failed_ = false;
    bool lost_its_client_ = false;  // before it was a generation
    bool awaits_row_ = false;
    std::function<void()> when_written_;
    bool was_sent_ = false;
    bool was_released_ = false;
};

}  // namespace dreamina
