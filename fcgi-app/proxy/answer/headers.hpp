#pragma once
/// Which headers travel on, in both directions.

#include <cstddef>
#include <string_view>

#include "core/base/text.hpp"
#include "net/request.hpp"

namespace dreamina {

/// The client's headers for the upstream: without those of the connection (RFC 9110, 7.6.1), Host, the body's length
/// and the client's own credentials and what it tells us, with the account's. Of the encodings that the client takes,
/// gzip is left: an error in one that we cannot read would pass for a success.
Headers headers_for_upstream(const Request& request, std::string_view token);

/// Makes the upstream send its answer as it is, whatever the client takes.
void refuse_codings(Request& request);

/// The upstream's headers for the client: without those of the connection, and those that are ours to say.
Headers headers_for_client(Headers upstream);

/// The most that nginx takes of an answer's head (fastcgi_buffer_size 32k), less its first line and what frames it.
constexpr std::size_t max_head_for_nginx = 32 * 1024 - 512;

/// Leaves out what nginx would refuse the whole answer for: names that are no names, values with control characters,
/// and the largest headers while all of them together are more than it takes. Says so in the log.
void fit_for_nginx(Headers& headers);

/// Calls `take` with each trimmed element of a header's comma-separated value.
template <class Take>
void for_each_element(std::string_view list, Take take)
{
    while (!list.empty()) {
        const auto comma = list.find(',');
        take(trim(list.substr(0, comma)));
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    }
}

}  // namespace dreamina
