#include "proxy/generations/recorded_answer.hpp"

#include <charconv>

#include "core/base/log.hpp"
#include "proxy/error_replies.hpp"

namespace dreamina {
namespace {

constexpr std::string_view status_field = "Status: ";
constexpr std::string_view line_end = "\r\n";

}  // namespace

/// The first piece is the head, as Exchange::start() writes it.
void RecordedAnswer::send(std::string_view bytes)
{
    if (!has_head_) {
        take_head(bytes);
        if (client_) client_->start(status_, headers_);
        return;
    }
    record(bytes);
    if (client_) client_->write(bytes);
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
    if (const auto client = take_client()) {
        client->finish();
        was_delivered_ = !client->is_lingering() && !client->was_left();
    }
    return true;
}

/// The client sees that its answer is not whole. Who comes later is told so.
void RecordedAnswer::cut()
{
    if (const auto client = take_client()) client->abort();
    was_cut_ = true;
    file_.reset();
    bytes_ = 0;
    const Reply reply = no_answer_reply(TransferEnd::cut, true);
    status_ = reply.status;
    headers_ = reply.headers;
    record(reply.body);
}

std::size_t RecordedAnswer::backlog() const { return client_ ? client_->backlog() : 0; }

std::optional<std::string> RecordedAnswer::finish()
{
    if (!file_ || lacks_room_ || !file_->finish()) return std::nullopt;
    return file_->name();
}

}  // namespace dreamina
