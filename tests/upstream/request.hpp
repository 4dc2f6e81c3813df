#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct evhttp_request;

namespace dreamina::stand_in {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// What came in, as it came. `body` points into the libevent request and lives as long as that.
struct Request {
    std::string method;
    std::string target;  ///< raw, as in the request line
    std::string path;    ///< the target up to the first '?', not decoded
    std::string query;
    Headers headers;            ///< in the order of the wire
    std::string token;          ///< what follows "Bearer ", a list of tokens included
    std::string model;          ///< of the JSON body or the multipart form, else empty
    std::string model_as_sent;  ///< before a size was cut off, a default taken or another made of it
    std::string drawn;          ///< of several tokens the one that is used; of one, that
    std::string leaked;         ///< what would go to the provider in a cookie though it is a proxy's address
    bool wants_stream = false;
    bool wants_base64 = false;  ///< "response_format": "b64_json"
    std::string_view body;

    /// The first header of that name, whatever its case; empty if there is none.
    std::string_view header(std::string_view name) const;
};

Request read_request(evhttp_request* raw);

bool same_ignoring_case(std::string_view a, std::string_view b);

/// Host and port of the proxy before a token; empty without one.
std::string_view proxy_address(std::string_view token);

/// The session id of a token without the proxy URL and the region before it.
std::string_view bare_session(std::string_view token);

/// The tokens of a list that are not empty, in order.
std::vector<std::string> split_tokens(std::string_view list);

/// The value of a parameter of the query, as it stands there; empty if there is none.
std::string_view query_value(std::string_view query, std::string_view name);

}  // namespace dreamina::stand_in
