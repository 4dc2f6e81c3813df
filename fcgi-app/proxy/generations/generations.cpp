/// How a request becomes a generation:
///
///     begin      it gets an exchange of its own, whose answer is recorded and passed on to the client while there is
///     one forward    the way of all requests: what is refused by then is answered as it always was, and leaves no row
///     admit      its body is hashed, and kept if nobody is to wait for it; then the row, the claim of its
///                Idempotency-Key and the reservation go to the database together
///     decided    202 to the client, or the answer that its key stands for, or why not
///     end        the answer is on the disk before the settlement says so

#include "proxy/generations/generations.hpp"

#include <utility>

#include "core/base/log.hpp"
#include "core/base/secret.hpp"
#include "proxy/body/read_body.hpp"
#include "proxy/error_replies.hpp"
#include "proxy/forwarding.hpp"
#include "proxy/generations/body_hash.hpp"
#include "proxy/generations/generation_replies.hpp"
#include "proxy/openai_error.hpp"
#include "proxy/proxy_context.hpp"

namespace dreamina {
namespace {

std::optional<std::int64_t> key_id_of(const std::shared_ptr<const ApiKey>& key)
{
    return key ? std::optional{key->id} : std::nullopt;
}

bool keep_body(const std::filesystem::path& folder, const std::string& name, const Body& body)
{
    auto file = NewFile::create(folder, name);
    if (!file) return false;
    for_each_piece(body, [&](std::string_view piece) { file->write(piece); });
    return file->size() == body.size() && file->finish();
}

}  // namespace

void Generations::begin(const std::shared_ptr<Exchange>& client, std::shared_ptr<const ApiKey> key, GenerationWish wish)
{
    const auto settings = parts_.settings.current();
    auto run = std::make_shared<GenerationRun>(*this, parts_.folder, std::move(wish), client->request(), key_id_of(key),
                                               settings->settings);
    runs_.emplace(run->id(), run);
    auto exchange = run->make_exchange(std::move(client->mutable_request()));
    run->answer().set_client(client);
    listen_to(client, run);
    forward(*context_, std::move(exchange), std::move(key), std::move(run));
}

/// Only now its body is hashed, and it gets a row.
std::shared_ptr<GenerationRun> Generations::keep_lost(LostRequest lost, std::shared_ptr<Exchange> exchange)
{
    auto run = std::make_shared<GenerationRun>(*this, parts_.folder, GenerationWish{.keeps_unread = true}, lost.request,
                                               lost.key, parts_.settings.current()->settings, lost.id);
    runs_.emplace(run->id(), run);
    run->row().model = lost.model;
    run->row().worker = parts_.worker;
    run->row().body_bytes = static_cast<std::int64_t>(lost.body->size());
    run->take_over(std::move(exchange));
    auto hash = std::make_shared<std::string>();
    auto work = [hash, body = lost.body, type = lost.request.content_type] {
        try {
            *hash = body_hash(*body, type);
        } catch (const std::exception& error) {
            log_error("the body of a request cannot be read again: {}", error.what());
        }
    };
    auto then = [this, run, hash, lease = lost.lease] {
        run->row().body_hash = *hash;
        if (!hash->empty()) {
            parts_.write_queue.run([row = run->row(), lease](Database& database) {
                GenerationStore{database}.add_lost(row, lease, system_now());
            });
        }
        run->row_is_written();
    };
    if (lost.body->in_memory()) {
        work();
        then();
    } else {
        off_the_loop(std::move(work), std::move(then));
    }
    return run;
}

void Generations::listen_to(const std::shared_ptr<Exchange>& client, const std::shared_ptr<GenerationRun>& run)
{
    const std::weak_ptr<GenerationRun> weak = run;
    client->on_drained([weak] {
        if (const auto alive = weak.lock()) alive->exchange()->tell_drained();
    });
    client->on_gone([this, weak] {
        if (const auto alive = weak.lock()) client_left(alive);
    });
}

/// Nothing has been paid for yet, so nothing is; else the answer is kept.
void Generations::client_left(const std::shared_ptr<GenerationRun>& run)
{
    run->answer().take_client();
    if (!run->was_sent()) {
        run->drop();
    } else {
        run->exchange()->tell_drained();
        if (run->wish().keeps_unread) client_is_lost(run->id());
    }
}

void Generations::client_is_lost(const std::string& id)
{
    parts_.write_queue.run([id](Database& database) { GenerationStore{database}.client_lost(id, system_now()); });
}

void Generations::off_the_loop(std::function<void()> work, std::function<void()> then)
{
    if (is_closed_) {
        work();
        then();
        return;
    }
    parts_.threads.submit([this, work = std::move(work), then = std::move(then)]() mutable {
        work();
        work = nullptr;
        parts_.loop.post(std::move(then));
    });
}

void Generations::admit(const std::shared_ptr<GenerationRun>& run, const std::shared_ptr<const Body>& body,
                        std::optional<Time> key_expires_at, Completion::Resume resume)
{
    struct Read {
        std::string hash;
        bool is_kept = false;
    };
    auto read = std::make_shared<Read>();
    const bool keeps = run->is_async();
    const std::string name = run->id() + std::string{body_extension};
    auto work = [read, body, keeps, name, folder = parts_.folder, type = run->row().content_type] {
        try {
            read->hash = body_hash(*body, type);
            read->is_kept = !keeps || keep_body(folder, name, *body);
        } catch (const std::exception& error) {
            log_error("the body of a request cannot be read again: {}", error.what());
        }
    };
    auto then = [this, run, read, keeps, name, key_expires_at, resume = std::move(resume)] {
        if (!read->is_kept) {
            remove_generation_file(parts_.folder, name);
            refuse(run, no_room_reply());
        } else if (!run->exchange()->gone()) {
            run->row().body_hash = read->hash;
            if (keeps) run->row().body_file = name;
            decide(run, key_expires_at);
        }
        resume({});
    };
    if (keeps || !body->in_memory()) {
        off_the_loop(std::move(work), std::move(then));
    } else {
        work();
        then();
    }
}

void Generations::decide(const std::shared_ptr<GenerationRun>& run, std::optional<Time> key_expires_at)
{
    const Settings& settings = parts_.settings.current()->settings;
    run->row().worker = parts_.worker;
    NewGeneration wanted{.row = run->row(),
                         .max_queued_of_key = settings.max_queued_per_key,
                         .max_queued = settings.max_queued,
                         .webhook_allow_hosts = settings.webhook_allow_hosts};
    if (run->wish().is_sdk_retry) wanted.repeats_since = system_now() - run->timeout();
    if (const auto& key = run->wish().idempotency_key) {
        wanted.key =
            IdempotencyKey{.api_key = run->row().api_key, .path = run->asked_path(), .digest = secret_digest(*key)};
        wanted.key_expires_at = key_expires_at.value_or(Time{});
    }
    run->set_phase(GenerationRun::Phase::deciding);
    auto admission = std::make_shared<Admission>();
    parts_.write_queue.run(
        [claim = run->claim(), wanted = std::move(wanted), admission](Database& database) {
            *admission = dreamina::admit(database, wanted, system_now());
            claim->is_admitted = admission->outcome == Admission::Outcome::admitted;
        },
        [this, run, admission](bool is_committed) { decided(run, is_committed, *admission); });
}

void Generations::decided(const std::shared_ptr<GenerationRun>& run, bool is_committed, const Admission& admission)
{
    const auto key = run->row().api_key == 0 ? std::nullopt : std::optional{run->row().api_key};
    if (!is_committed) return refuse(run, database_refuses_reply());
    switch (admission.outcome) {
    case Admission::Outcome::undecided: return refuse(run, database_refuses_reply());
    case Admission::Outcome::key_reused: return refuse(run, key_reused_reply());
    case Admission::Outcome::queue_full: return refuse(run, queue_full_reply());
    case Admission::Outcome::webhook_refused: return refuse(run, webhook_refused_reply(admission.fault));
    case Admission::Outcome::same_request: {
        const auto client = run->answer().take_client();
        const bool is_async = run->is_async();
        refuse(run, {});
        if (!client) return;
        const GenerationShape shape = run->row().shape;
        if (is_async) return show_as(shape, client, admission.generation, key, {replayed()});
        return join(client, admission.generation, key);
    }
    case Admission::Outcome::admitted: break;
    }
    // It may have gone off its way meanwhile: its client left, or the database refused it an account.
    if (run->phase() == GenerationRun::Phase::over) return take_back(run);
    accepted(run);
}

void Generations::accepted(const std::shared_ptr<GenerationRun>& run)
{
    run->accept();
    if (!run->is_async()) {
        const std::chrono::seconds wait{parts_.settings.current()->settings.proxy_timeout};
        parts_.loop.after(wait, [this, weak = std::weak_ptr{run}] {
            if (const auto alive = weak.lock()) client_waited_long_enough(alive);
        });
        return;
    }
    // Its account may have been told before this: then it is on its way already.
    if (is_draining_ && !run->was_sent()) release(run);
    const auto client = run->answer().take_client();
    if (!client) return;
    client->on_drained(nullptr);
    client->on_gone(nullptr);
    const auto key = run->row().api_key == 0 ? std::nullopt : std::optional{run->row().api_key};
    const Headers preference{{"Preference-Applied", "respond-async"}};
    const auto wait = is_draining_ ? std::chrono::seconds{0} : run->wish().wait.value_or(std::chrono::seconds{0});
    const GenerationShape shape = run->row().shape;
    if (wait.count() == 0) return show_as(shape, client, run->id(), key, preference);
    watch_.wait(run->id(), client, wait, GenerationWatch::Patience::until_drain,
                [this, client, id = run->id(), key, preference, shape](bool is_over) {
                    const bool gives_answer = is_over && shape == GenerationShape::native;
                    gives_answer ? replay(client, id, key, false) : show_as(shape, client, id, key, preference);
                });
}

/// PROXY_TIMEOUT is how long a client waits. What it asked for goes on, and is there for it later.
void Generations::client_waited_long_enough(const std::shared_ptr<GenerationRun>& run)
{
    if (run->answer().has_begun()) return;
    const auto client = run->answer().take_client();
    if (!client) return;
    client->on_drained(nullptr);
    client->on_gone(nullptr);
    Reply reply = no_answer_reply(TransferEnd::timed_out, true);
    reply.headers.push_back({"X-Dreamina-Request-Id", run->id()});
    answer(*client, reply);
    if (run->wish().keeps_unread) client_is_lost(run->id());
}

/// It has no row, or will have none.
void Generations::refuse(const std::shared_ptr<GenerationRun>& run, const Reply& reply)
{
    if (const auto& file = run->row().body_file) remove_generation_file(parts_.folder, *file);
    if (const auto client = run->answer().take_client(); client && !client->started()) {
        client->on_drained(nullptr);
        client->on_gone(nullptr);
        answer(*client, reply);
    }
    run->set_phase(GenerationRun::Phase::refused);
    runs_.erase(run->id());
}

/// Its row is there, but nobody will send it.
void Generations::take_back(const std::shared_ptr<GenerationRun>& run)
{
    parts_.write_queue.run([id = run->id()](Database& database) {
        const GenerationEnd end{.id = id, .state = GenerationState::cancelled, .frees_key = true, .is_forgotten = true};
        GenerationStore{database}.end({&end, 1}, system_now());
    });
    refuse(run, database_refuses_reply());
}

void Generations::forget(const std::shared_ptr<GenerationRun>& run)
{
    const bool was_accepted = run->phase() == GenerationRun::Phase::accepted;
    run->set_phase(GenerationRun::Phase::over);
    if (!was_accepted) {
        runs_.erase(run->id());
        return;
    }
    if (run->was_released()) {
        runs_.erase(run->id());
        return;
    }
    // Behind what says how it ended: with that, or after it.
    parts_.write_queue.run([](Database&) {},
                           [this, run](bool) {
                               run->answer().deliver();
                               // One that failed may be asked for again, on purpose.
                               if (const auto& file = run->row().body_file; file && !run->has_failed())
                                   remove_generation_file(parts_.folder, *file);
                               runs_.erase(run->id());
                               watch_.is_over(run->id());
                           });
}

void Generations::take_back_lease(const GenerationRun& run)
{
    parts_.write_queue.run([id = run.id(), worker = parts_.worker](Database& database) {
        GenerationStore{database}.take_back(id, worker);
    });
}

void Generations::drain()
{
    is_draining_ = true;
    watch_.give_up();
    end_streams();
    parts_.write_queue.run(
        [worker = parts_.worker](Database& database) { GenerationStore{database}.release_queued_of(worker); });
    const auto runs = runs_;
    for (const auto& [id, run] : runs)
        if (run->is_async() && !run->was_sent() && run->phase() == GenerationRun::Phase::accepted) release(run);
    try_held_again();
}

void Generations::release(const std::shared_ptr<GenerationRun>& run)
{
    parts_.write_queue.run(
        [worker = parts_.worker](Database& database) { GenerationStore{database}.release_queued_of(worker); });
    run->set_released();
    run->drop();
}

}  // namespace dreamina
