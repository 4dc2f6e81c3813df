#pragma once
/// A request as a worker sees it, free of the wire it came over.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/body.hpp"

namespace dreamina {

struct Header {
    std::string name;
    std::string value;
};
using Headers = std::vector<Header>;

/// The first header of that name, without regard to case; nothing if there is none.
const std::string* find_header(const Headers& headers, std::string_view name);

/// All headers of that name as one value, joined with commas (RFC 9110, 5.3).
std::string joined_header(const Headers& headers, std::string_view name);

struct Request {
    std::string method;
    std::string target;  ///< path and query as the client sent them, undecoded
    std::string path;    ///< decoded and normalised by nginx; what routes are matched against
    std::string query;   ///< undecoded, without the question mark
    std::string remote_address;
    bool over_tls = false;
    /// Where nginx has put the page and /api: "/dreamina", or empty at the root. `target` and `path` are without it.
    std::string base;
    std::string content_type;
    Headers headers;  ///< all others of the client; names in their usual spelling
    Body body;

    /// The token behind `Authorization: Bearer `, if there is one. Two such headers are none: another program on the
    /// way may have looked at the other one.
    std::optional<std::string_view> bearer_token() const;
    /// A cookie's value.
    std::optional<std::string_view> cookie(std::string_view name) const;
};

/// True if the address as the client wrote it, taken as `/first/…`, does not leave that folder: neither by dot segments
/// in any spelling (`%2e`, `%2f`, `\\`, `..;`) nor by being another one from the start. What stands in front of us or
/// behind may not resolve such addresses the way nginx does.
bool stays_under(std::string_view target, std::string_view first);

/// A parameter of a query or form, decoded (%XX and +); the last one of that name.
std::optional<std::string> query_parameter(std::string_view query, std::string_view name);
/// The names of all of them, decoded, in their order.
std::vector<std::string> query_parameter_names(std::string_view query);

}  // namespace dreamina
