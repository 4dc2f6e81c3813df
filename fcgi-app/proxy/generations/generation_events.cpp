/// Generations: GET /v1/generations/{id}/events, server-sent events. The present state comes at once, so that a client
/// that connects again has missed nothing; then one event for each change, until the last.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "proxy/generations/generation_json.hpp"
#include "proxy/generations/generation_replies.hpp"
#include "proxy/generations/generations.hpp"
#include "proxy/openai_error.hpp"

namespace dreamina {
namespace {

constexpr std::chrono::seconds silence{15};

std::string event_text(const Generation& generation, const std::string& data)
{
    return fmt::format("event: generation.{}\nid: {}\ndata: {}\n\n", to_string(generation.state), generation.version,
                       data);
}

void start_events(Exchange& client)
{
    client.start(200, {{"Content-Type", "text/event-stream; charset=utf-8"},
                       no_store(),
                       {"X-Accel-Buffering", "no"},
                       any_origin(),
                       exposed_headers()});
}

}  // namespace

void Generations::stream_events(const std::shared_ptr<Exchange>& client, const std::string& id,
                                std::optional<std::int64_t> key)
{
    auto stream = std::make_shared<EventStream>();
    stream->client = client;
    stream->id = id;
    stream->key = key;
    streams_.push_back(stream);
    send_event(stream);
}

/// Nothing where it has not changed since the last one.
void Generations::send_event(const std::shared_ptr<EventStream>& stream)
{
    if (std::exchange(stream->is_reading, true)) return;
    struct Read {
        std::optional<Generation> generation;
        std::string data;
        bool failed = false;
    };
    auto read = std::make_shared<Read>();
    off_the_loop(
        [this, read, id = stream->id, key = stream->key] {
            try {
                const ConnectionPool::Lent database = parts_.connections.lend();
                GenerationStore store{*database};
                read->generation = store.find(id);
                if (!read->generation || (key && read->generation->api_key != *key)) {
                    read->generation.reset();
                    return;
                }
                const Time now = system_now();
                const std::int64_t ahead = store.position(*read->generation);
                const auto durations = parts_.durations.of(*database, read->generation->model, now);
                read->data = generation_json(*read->generation, outlook(*read->generation, durations, ahead, now),
                                             parts_.folder);
            } catch (const DatabaseError& error) {
                log_warning("a generation could not be read: {}", error.what());
                read->failed = true;
            }
        },
        [this, read, stream] {
            stream->is_reading = false;
            Exchange& client = *stream->client;
            if (read->failed || client.gone()) return;
            if (!read->generation) {
                client.started() ? client.finish() : answer(client, unknown_generation_reply());
                return;
            }
            if (read->generation->version == stream->version) return;
            start_events(client);
            stream->version = read->generation->version;
            stream->sent_at = EventLoop::Clock::now();
            client.write(event_text(*read->generation, read->data));
            if (has_ended(read->generation->state) || is_draining_) client.finish();
        });
}

void Generations::refresh_streams()
{
    std::erase_if(streams_, [](const auto& stream) { return stream->client->gone(); });
    const auto now = EventLoop::Clock::now();
    for (const auto& stream : streams_) {
        if (!stream->client->started() || now - stream->sent_at < silence) continue;
        stream->client->write(": keep-alive\n\n");
        stream->sent_at = now;
    }
}

void Generations::tell_streams(const std::vector<GenerationMark>& marks)
{
    const auto streams = streams_;
    for (const auto& stream : streams) {
        const auto mark =
            std::find_if(marks.begin(), marks.end(), [&](const GenerationMark& each) { return each.id == stream->id; });
        if (mark == marks.end() || mark->version != stream->version) send_event(stream);
    }
}

/// Their clients connect again, to another worker.
void Generations::end_streams()
{
    for (const auto& stream : std::exchange(streams_, {}))
        if (stream->client->started()) stream->client->finish();
}

}  // namespace dreamina
