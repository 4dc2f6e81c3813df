#pragma once
/// Reads an event stream as it passes by, for what it says of the generation. Keeps a few kilobytes of it at the most.

#include <optional>
#include <string>
#include <string_view>

#include "core/base/inflate.hpp"
#include "proxy/answer/content_coding.hpp"
#include "proxy/answer/in_band_error.hpp"

namespace dreamina {

class EventScan {
public:
    explicit EventScan(ContentCoding coding);

    void feed(std::string_view piece);
    /// The last event counts without the blank line that should follow it.
    void end();

    /// Whether the stream told anything. Its mere end ("[DONE]") is nothing.
    bool told_anything() const { return told_anything_; }
    /// The first failure that it told.
    const std::optional<InBandError>& failure() const { return failure_; }

private:
    void read(std::string_view text);
    void end_line();
    void end_event();

    bool unreadable_;
    std::optional<Inflater> inflater_;
    std::string line_;
    bool line_is_cut_ = false;
    bool after_carriage_return_ = false;
    std::string data_;
    bool has_data_ = false;
    bool data_is_cut_ = false;
    bool told_anything_ = false;
    std::optional<InBandError> failure_;
};

}  // namespace dreamina
