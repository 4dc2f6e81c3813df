#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bytes.hpp"
#include "request.hpp"
#include "jimeng/upstream.hpp"

namespace dreamina::stand_in {

/// A whole answer, ready to be sent. What it does on its way (delay, pieces, cuts) is a Shape.
struct Reply {
    int status = 200;
    std::string reason;  ///< empty: the usual phrase of the status
    Headers headers;
    Bytes body = make_bytes({});
    std::vector<std::size_t> piece_ends;  ///< where an event stream's events end in the body
    bool first_piece_at_once = false;     ///< a delay comes after the first event, not before it
    bool success = false;                 ///< counted as a generation that succeeded
    std::string name;                     ///< of the row, "raw" for a scripted one
};

Reply json_reply(int status, std::string body, std::string name);

/// The answer of that name in either dialect; nothing if there is no such name. These are the names
/// without an upstream, worded before the real programs were compared: for what an upstream really
/// says see named_answers.hpp. "success" is none of them: that is what a route answers of itself.
std::optional<Reply> row_reply(std::string_view name, Dialect dialect);

/// One row in words, for a list of points in which a token has failed.
std::string row_message(std::string_view name, Dialect dialect);

struct RowName {
    std::string_view name;
    std::string_view alias;  ///< may be empty
};
std::vector<RowName> row_names();

}  // namespace dreamina::stand_in
