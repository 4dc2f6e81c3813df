#include "proxy/answer/event_scan.hpp"

#include <algorithm>
#include <utility>

namespace dreamina {
namespace {

/// A failure is a few hundred bytes; an event that is longer holds a picture.
constexpr std::size_t max_event_length = 16 * 1024;

constexpr std::string_view data_field = "data:";
constexpr std::string_view end_of_stream = "[DONE]";

void append_up_to(std::string& text, std::string_view piece, std::size_t max_size, bool& is_cut)
{
    const std::size_t room = max_size - std::min(max_size, text.size());
    is_cut = is_cut || piece.size() > room;
    text.append(piece.substr(0, room));
}

}  // namespace

EventScan::EventScan(ContentCoding coding) : unreadable_(coding == ContentCoding::unreadable)
{
    if (coding == ContentCoding::gzip) inflater_.emplace(Compression::gzip);
    if (coding == ContentCoding::deflate) inflater_.emplace(Compression::deflate);
}

void EventScan::feed(std::string_view piece)
{
    if (unreadable_) return;
    if (inflater_) {
        inflater_->feed(piece, [this](std::string_view text) { read(text); });
    } else {
        read(piece);
    }
}

/// Lines end with CR, LF or both (HTML standard, 9.2.5).
void EventScan::read(std::string_view text)
{
    while (!text.empty()) {
        if (after_carriage_return_ && text.front() == '\n') text.remove_prefix(1);
        after_carriage_return_ = false;
        std::string_view line = text.substr(0, text.find('\n'));
        line = line.substr(0, line.find('\r'));
        append_up_to(line_, line, max_event_length, line_is_cut_);
        if (line.size() == text.size()) return;
        after_carriage_return_ = text[line.size()] == '\r';
        text.remove_prefix(line.size() + 1);
        end_line();
    }
}

void EventScan::end_line()
{
    if (line_.empty()) {
        end_event();
        return;
    }
    std::string_view line = line_;
    if (line.starts_with(data_field)) {
        line.remove_prefix(data_field.size());
        if (line.starts_with(' ')) line.remove_prefix(1);
        if (std::exchange(has_data_, true)) append_up_to(data_, "\n", max_event_length, data_is_cut_);
        append_up_to(data_, line, max_event_length, data_is_cut_);
        data_is_cut_ = data_is_cut_ || line_is_cut_;
    }
    line_.clear();
    line_is_cut_ = false;
}

void EventScan::end_event()
{
    if (has_data_ && data_ != end_of_stream) {
        told_anything_ = true;
        if (!failure_ && !data_is_cut_) failure_ = find_in_band_error(Json::parse(data_, nullptr, false));
    }
    has_data_ = false;
    data_is_cut_ = false;
    data_.clear();
}

void EventScan::end()
{
    if (!line_.empty()) end_line();
    end_event();
}

}  // namespace dreamina
