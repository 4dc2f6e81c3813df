#include "proxy/generations/recorded_answer.hpp"

#include <charconv>

#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "proxy/error_replies.hpp"

namespace dreamina {
namespace {

constexpr std::string_view status_field = "Status: ";
constexpr std::string_view line_end = "\r\n";
/// What Relay keeps a connection alive with, ahead of the answer.
constexpr std::string_view keep_alive_blank = " ";
constexpr std::size_t max_held = 8 * 1024 * 1024;

}  // namespace

/// The first piece is the head, as Exchange::start() writes it.
void RecordedAnswer::send(std::string_view bytes)
{
    if (!has_head_) {
        take_head(bytes);
        const std::string* type = find_header(headers_, "Content-Type");
        is_live_ = is_live_ || (type != nullptr && media_type(*type) == "text/event-stream");
        if (client_ && is_live_) client_->start(status_, headers_);
        return;
    }
    record(bytes);
    pass_on(bytes);
}

void RecordedAnswer::pass_on(std::string_view bytes)
{
    if (!client_) return;
    if (is_live_) {
        client_->write(bytes);
    } else if (bytes == keep_alive_blank && held_.empty()) {
        client_->start(status_, headers_);
        client_->write(bytes);
    } else {
        held_.append(bytes);
        if (lacks_room_ || held_.size() > max_held) go_live();
    }
}

void RecordedAnswer::go_live()
{
    is_live_ = true;
    if (!client_) return;
    if (!client_->started()) client_->start(status_, headers_);
    client_->write(std::exchange(held_, {}));
}

void RecordedAnswer::deliver()
{
    if (is_live_ || !has_head_) return;
    go_live();
    end();
}

void RecordedAnswer::take_head(std::string_view head)
{
    has_head_ = true;
    head.remove_prefix(status_field.size());
    std::from_chars(head.data(), head.data() + head.size(), status_);
    for (head.remove_prefix(head.find(line_end) + line_end.size()); !head.starts_with(line_end);) {
        const auto end = head.find(line_end);
        const std::string_view line = head.substr(0, end);
        const auto colon = line.find(": ");
        headers_.push_back({std::string{line.substr(0, colon)}, std::string{line.substr(colon + 2)}});
        head.remove_prefix(end + line_end.size());
    }
    headers_.insert(headers_.end(), own_headers_.begin(), own_headers_.end());
}

void RecordedAnswer::record(std::string_view bytes)
{
    bytes_ += static_cast<std::int64_t>(bytes.size());
    if (!is_kept_ || lacks_room_) return;
    if (!file_) {
        auto file = NewFile::create(folder_, name_);
        if (file) file_.emplace(std::move(*file));
    }
    lacks_room_ = !file_ || !file_->write(bytes);
    if (lacks_room_)
        log_error("the answer of a generation cannot be kept: no room, or no way to write, in {}", folder_.string());
}

bool RecordedAnswer::end()
{
    if (!is_live_) return true;  // deliver() is yet to come
    if (const auto client = take_client()) {
        client->finish();
        was_delivered_ = !client->is_lingering() && !client->was_left();
    }
    return true;
}

/// The client sees that its answer is not whole. Who comes later is told so.
void RecordedAnswer::cut()
{
    if (client_ && (is_live_ || client_->started())) take_client()->abort();
    held_.clear();
    was_cut_ = true;
    file_.reset();
    bytes_ = 0;
    const Reply reply = no_answer_reply(TransferEnd::cut, true);
    status_ = reply.status;
    headers_ = reply.headers;
    headers_.insert(headers_.end(), own_headers_.begin(), own_headers_.end());
    record(reply.body);
    held_ = is_live_ ? std::string{} : reply.body;
}

std::size_t RecordedAnswer::backlog() const { return client_ ? client_->backlog() : 0; }

std::optional<std::string> RecordedAnswer::finish()
{
    if (!file_ || lacks_room_ || !file_->finish()) return std::nullopt;
    return file_->name();
}

}  // namespace dreamina
