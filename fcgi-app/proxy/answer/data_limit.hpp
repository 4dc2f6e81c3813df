#pragma once
/// Cuts the list `data` of a JSON answer that arrives in pieces: jimeng-api makes four pictures, whatever `n` says.

#include <cstdint>
#include <string>
#include <string_view>

namespace dreamina {

class DataLimit {
public:
    /// `max_items`: elements that are left, at least one.
    explicit DataLimit(std::int64_t max_items) : max_items_(max_items) {}

    /// What is to be passed on of the next piece.
    std::string feed(std::string_view piece);

private:
    bool take(char c);

    std::int64_t max_items_;
    int depth_ = 0;
    bool in_string_ = false;
    bool escaped_ = false;
    std::string key_;  // at the top: the text that was last begun there
    bool in_data_ = false;
    bool cuts_ = false;
    std::int64_t elements_ = 1;
};

}  // namespace dreamina
