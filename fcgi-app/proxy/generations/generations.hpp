#pragma once
/// The generations of this worker: requests that outlive their connection, or have an Idempotency-Key. There is no
/// dispatcher: the worker that took a request in owns its row and sends it as it sends any. What it has not sent when
/// it ends or dies, another worker adopts; what it has sent is sent by nobody else. On the loop's thread.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/pool/write_queue.hpp"
#include "core/storage/engine/connection_pool.hpp"
#include "core/storage/generations/model_durations.hpp"
#include "core/storage/stores/settings_file.hpp"
#include "net/event_loop.hpp"
#include "net/task_pool.hpp"
#include "proxy/generations/generation_run.hpp"
#include "proxy/generations/generation_watch.hpp"

namespace dreamina {

struct ProxyContext;

class Generations {
public:
    /// All of them outlive it; `threads` is emptied before it goes, after close().
    struct Parts {
        EventLoop& loop;
        TaskPool& threads;
        ConnectionPool& connections;
        WriteQueue& write_queue;
        SettingsFile& settings;
        ModelDurations& durations;
        std::string worker;
        std::filesystem::path folder;
    };
    explicit Generations(Parts parts) : parts_(std::move(parts)), watch_(parts_.loop) {}

    /// Before the first request: what they are sent with.
    void set_context(ProxyContext& context) { context_ = &context; }

    /// Takes a request that asks to be one to its end. `key`: null for the administrator.
    void begin(const std::shared_ptr<Exchange>& client, std::shared_ptr<const ApiKey> key, GenerationWish wish);
    /// The same of one to POST /v1/videos, which is translated first.
    void begin_video(const std::shared_ptr<Exchange>& client, std::shared_ptr<const ApiKey> key, GenerationWish wish);
    /// A plain request that has been sent and lost its client, as one that OpenAI's libraries may repeat.
    struct LostRequest {
        std::string id;
        Request request;  ///< as it came, without its body
        std::shared_ptr<const Body> body;
        std::optional<std::int64_t> key;
        std::string model;
        LeaseId lease = 0;
    };
    /// Makes it a generation from now on.
    std::shared_ptr<GenerationRun> keep_lost(LostRequest lost, std::shared_ptr<Exchange> exchange);
    /// A route below /v1/generations or /v1/videos; false: it is none, or POST /v1/videos.
    bool answer_route(const std::shared_ptr<Exchange>& client, const ApiKey* key);

    /// From time to time, once requests are taken: looks what others have changed, adopts what nobody has, and tries
    /// again for those that wait for room.
    void refresh();
    /// Lets others have what has not been sent.
    void drain();
    /// From now on nothing is left to other threads.
    void close() { is_closed_ = true; }
    /// How many only this worker can end.
    std::size_t count() const { return runs_.size(); }

    // For GenerationRun.
    struct Held {
        std::shared_ptr<GenerationRun> run;
        std::optional<Time> not_before;
        Completion::Resume resume;
    };
    void admit(const std::shared_ptr<GenerationRun>& run, const std::shared_ptr<const Body>& body,
               std::optional<Time> key_expires_at, Completion::Resume resume);
    void hold(Held held);
    void off_the_loop(std::function<void()> work, std::function<void()> then);
    void forget(const std::shared_ptr<GenerationRun>& run);
    void take_back_lease(const GenerationRun& run);

private:
    // generations.cpp
    void decide(const std::shared_ptr<GenerationRun>& run, std::optional<Time> key_expires_at);
    void decided(const std::shared_ptr<GenerationRun>& run, bool is_committed, const Admission& admission);
    void accepted(const std::shared_ptr<GenerationRun>& run);
    void refuse(const std::shared_ptr<GenerationRun>& run, const Reply& reply);
    void take_back(const std::shared_ptr<GenerationRun>& run);
    void client_is_lost(const std::string& id);
    void client_left(const std::shared_ptr<GenerationRun>& run);
    void client_waited_long_enough(const std::shared_ptr<GenerationRun>& run);
    void listen_to(const std::shared_ptr<Exchange>& client, const std::shared_ptr<GenerationRun>& run);
    void release(const std::shared_ptr<GenerationRun>& run);

    // generation_adoption.cpp
    struct Unowned {
        Generation row;
        std::optional<Body> body;
    };
    struct Seen {
        std::vector<Unowned> unowned;
        std::vector<std::string> asked;
        std::vector<GenerationMark> marks;
        bool failed = false;
    };
    void try_held_again();
    Seen look(std::vector<std::string> ids, bool adopts) const;
    void seen(Seen& seen);
    void adopt(std::vector<Unowned> unowned);
    std::shared_ptr<GenerationRun> new_adopted_run(Generation row, Body body);
    void adopted(const std::shared_ptr<GenerationRun>& run, bool is_committed);

    // generation_routes.cpp
    using Answer = std::function<Reply(Database&)>;
    void read_and_answer(const std::shared_ptr<Exchange>& client, Answer answer);
    static void answer_about(const std::shared_ptr<Exchange>& client, Reply reply);
    /// In the form in which it was asked for.
    void show_as(GenerationShape shape, const std::shared_ptr<Exchange>& client, const std::string& id,
                 std::optional<std::int64_t> key, Headers more);
    void replay(const std::shared_ptr<Exchange>& client, const std::string& id, std::optional<std::int64_t> key,
                bool is_replay);
    void join(const std::shared_ptr<Exchange>& client, const std::string& id, std::optional<std::int64_t> key);
    void cancel(const std::shared_ptr<Exchange>& client, const std::string& id, std::optional<std::int64_t> key);
    void retry(const std::shared_ptr<Exchange>& client, const std::string& id, std::optional<std::int64_t> key);
    void remove(const std::shared_ptr<Exchange>& client, const std::string& id, std::optional<std::int64_t> key,
                GenerationShape told_as);
    void list(const std::shared_ptr<Exchange>& client, std::optional<std::int64_t> key);

    // video_routes.cpp
    bool answer_video_route(const std::shared_ptr<Exchange>& client, const ApiKey* api_key);
    void show_video(const std::shared_ptr<Exchange>& client, const std::string& id, std::optional<std::int64_t> key,
                    Headers more = {});
    void give_video(const std::shared_ptr<Exchange>& client, const std::string& id, std::optional<std::int64_t> key);
    void list_videos(const std::shared_ptr<Exchange>& client, std::optional<std::int64_t> key);

    // generation_polls.cpp
    struct Poll {
        std::shared_ptr<Exchange> client;
        std::string id;
        std::optional<std::int64_t> key;
        Headers more;
        std::string known;  // entity tag
        std::optional<Reply> reply = {};
    };
    void show(const std::shared_ptr<Exchange>& client, const std::string& id, std::optional<std::int64_t> key,
              Headers more = {});
    void read_polls();
    void answer_polls(std::vector<Poll>& polls) const;
    void show_large(Poll poll);
    // In another thread than the loop's.
    Reply reply_to(const Poll& poll, Database& database, const Generation* generation, std::int64_t ahead) const;
    Reply shown(Database& database, const Generation& generation, std::int64_t ahead, std::string_view known_tag) const;

    // generation_events.cpp
    struct EventStream {
        std::shared_ptr<Exchange> client;
        std::string id;
        std::optional<std::int64_t> key;
        std::int64_t version = 0;  // that was sent last
        EventLoop::Clock::time_point sent_at{};
        bool is_reading = false;
    };
    void stream_events(const std::shared_ptr<Exchange>& client, const std::string& id, std::optional<std::int64_t> key);
    void send_event(const std::shared_ptr<EventStream>& stream);
    void refresh_streams();
    void tell_streams(const std::vector<GenerationMark>& marks);
    void end_streams();

    Parts parts_;
    ProxyContext* context_ = nullptr;
    GenerationWatch watch_;
    std::map<std::string, std::shared_ptr<GenerationRun>> runs_;  // by id: the oldest first
    std::vector<Held> held_;
    std::vector<std::shared_ptr<EventStream>> streams_;
    std::vector<Poll> polls_;
    bool is_reading_polls_ = false;
    bool is_looking_ = false;
    bool is_adopting_ = false;
    bool is_draining_ = false;
    bool is_closed_ = false;
};

}  // namespace dreamina
