#include "recorder.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <utility>

#include "json_text.hpp"

namespace dreamina::stand_in {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t max_entries = 10000;
constexpr std::size_t small_body = 64 * 1024;
constexpr std::size_t small_bodies_together = 64U << 20U;
constexpr std::size_t large_body = 64U << 20U;
constexpr std::size_t max_large_bodies = 8;

std::int64_t now_us()
{
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

std::string rfc3339(std::int64_t us)
{
    const std::time_t seconds = us / 1000000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[48];
    const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(text + length, sizeof text - length, ".%03dZ", static_cast<int>(us / 1000 % 1000));
    return text;
}

}  // namespace

std::string_view ending_name(Ending ending)
{
    switch (ending) {
    case Ending::waiting: return "waiting";
    case Ending::answered: return "answered";
    case Ending::cut: return "cut";
    case Ending::client_gone: return "client_gone";
    }
    return "";
}

Ticket Recorder::received(const Request& request)
{
    Ticket ticket;
    if (!request.leaked.empty()) ++leaked_;
    if (recording_ == Recording::off) return ticket;
    ticket.account = request.token;
    ticket.model = request.model;
    ticket.counted = request.path.starts_with("/v1/");
    if (ticket.counted) {
        ++total_.received;
        max_in_flight_ = std::max(max_in_flight_, ++in_flight_);
        AccountCount& account = by_account_[ticket.account];
        ++account.all.received;
        ++account.by_model[ticket.model].received;
        ++by_model_[ticket.model].received;
    }
    if (recording_ == Recording::full) {
        ticket.id = ++last_id_;
        keep(request, ticket.id);
    }
    return ticket;
}

void Recorder::keep(const Request& request, std::uint64_t id)
{
    Entry entry;
    entry.id = id;
    entry.time_us = now_us();
    entry.method = request.method;
    entry.target = request.target;
    entry.headers = request.headers;
    entry.account = request.token;
    entry.model = request.model;
    entry.model_as_sent = request.model_as_sent;
    entry.leaked = request.leaked;
    entry.body_bytes = request.body.size();
    entry.sha256 = sha256_hex(request.body);
    if (request.body.size() <= large_body) entry.body = make_bytes(std::string(request.body));
    if (entries_.size() == max_entries) {
        const std::uint64_t oldest = entries_.front().id;
        if (!small_bodies_.empty() && small_bodies_.front() == oldest) forget_oldest(small_bodies_);
        if (!large_bodies_.empty() && large_bodies_.front() == oldest) forget_oldest(large_bodies_);
        entries_.pop_front();
    }
    if (entry.body) {
        const bool small = entry.body_bytes <= small_body;
        (small ? small_bodies_ : large_bodies_).push_back(id);
        if (small) small_bytes_ += entry.body_bytes;
    }
    entries_.push_back(std::move(entry));
    while (small_bytes_ > small_bodies_together) forget_oldest(small_bodies_);
    while (large_bodies_.size() > max_large_bodies) forget_oldest(large_bodies_);
}

void Recorder::forget_oldest(std::deque<std::uint64_t>& bodies)
{
    Entry& entry = *find(bodies.front());
    if (entry.body_bytes <= small_body) small_bytes_ -= entry.body_bytes;
    entry.body.reset();
    bodies.pop_front();
}

void Recorder::ended(const Ticket& ticket, Ending ending, const Reply& reply)
{
    const bool succeeded = ending == Ending::answered && reply.success;
    if (ticket.counted) {
        in_flight_ -= in_flight_ > 0 ? 1 : 0;
        if (ending == Ending::cut) ++cut_;
        if (ending == Ending::client_gone) ++client_gone_;
        if (ending == Ending::answered) ++by_answer_[reply.name];
        if (succeeded) {
            ++total_.succeeded;
            AccountCount& account = by_account_[ticket.account];
            ++account.all.succeeded;
            ++account.by_model[ticket.model].succeeded;
            ++by_model_[ticket.model].succeeded;
        }
    }
    if (Entry* entry = find(ticket.id)) {
        entry->ending = ending;
        entry->took_us = now_us() - entry->time_us;
        entry->status = reply.status;
        entry->answer = reply.name;
    }
}

void Recorder::clear()
{
    entries_.clear();
    small_bodies_.clear();
    large_bodies_.clear();
    small_bytes_ = 0;
    total_ = {};
    max_in_flight_ = in_flight_;
    cut_ = client_gone_ = leaked_ = 0;
    by_account_.clear();
    by_model_.clear();
    by_answer_.clear();
}

Recorder::Entry* Recorder::find(std::uint64_t id) { return const_cast<Entry*>(std::as_const(*this).find(id)); }

const Recorder::Entry* Recorder::find(std::uint64_t id) const
{
    if (entries_.empty() || id < entries_.front().id || id > entries_.back().id) return nullptr;
    return &entries_[id - entries_.front().id];
}

std::string Recorder::one(std::uint64_t id) const
{
    const Entry* entry = find(id);
    if (entry == nullptr) return {};
    ordered_json json = {{"id", entry->id}, {"time", rfc3339(entry->time_us)}, {"time_us", entry->time_us}};
    json["method"] = entry->method;
    json["target"] = entry->target;
    json["headers"] = entry->headers;
    json["account"] = entry->account;
    json["model"] = entry->model;
    json["model_as_sent"] = entry->model_as_sent;
    if (!entry->leaked.empty()) json["leaked"] = entry->leaked;
    json["body_bytes"] = entry->body_bytes;
    json["sha256"] = entry->sha256;
    json["body"] =
        entry->body && entry->body_bytes <= small_body ? ordered_json(base64(*entry->body)) : ordered_json(nullptr);
    json["state"] = ending_name(entry->ending);
    json["status"] = entry->status;
    json["answer"] = entry->answer;
    json["took_ms"] = entry->took_us < 0 ? ordered_json(nullptr) : ordered_json(entry->took_us / 1000);
    return dump(json);
}

std::string Recorder::list(std::uint64_t since) const
{
    std::string text = "[";
    for (const Entry& entry : entries_) {
        if (entry.id <= since) continue;
        if (text.size() > 1) text += ",\n";
        text += one(entry.id);
    }
    return text + "]";
}

Bytes Recorder::body(std::uint64_t id) const
{
    const Entry* entry = find(id);
    return entry == nullptr ? nullptr : entry->body;
}

std::string Recorder::counts() const
{
    const auto pair = [](const Count& count) {
        return ordered_json{{"received", count.received}, {"succeeded", count.succeeded}};
    };
    ordered_json accounts = ordered_json::object();
    for (const auto& [token, account] : by_account_) {
        ordered_json entry = pair(account.all);
        for (const auto& [model, count] : account.by_model) entry["models"][model] = pair(count);
        accounts[token] = std::move(entry);
    }
    ordered_json models = ordered_json::object();
    for (const auto& [model, count] : by_model_) models[model] = pair(count);
    return dump({{"received", total_.received},
                 {"succeeded", total_.succeeded},
                 {"cut", cut_},
                 {"client_gone", client_gone_},
                 {"leaked", leaked_},
                 {"in_flight", in_flight_},
                 {"most_in_flight", max_in_flight_},
                 {"answers", by_answer_},
                 {"models", models},
                 {"accounts", accounts}});
}

}  // namespace dreamina::stand_in
