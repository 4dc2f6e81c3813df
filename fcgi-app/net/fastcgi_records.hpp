#pragma once
/// The FastCGI wire: looking at a request before it is read, and framing an answer. Pure functions over bytes.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace dreamina {

/// What the bytes that have arrived on a connection amount to.
struct Arrival {
    enum class State {
        incomplete,       ///< parameters still to come
        params_complete,  ///< the body is still to come, in part or whole
        complete,         ///< parameters and body are there
        refused,          ///< not FastCGI as nginx speaks it; close the connection
    };
    State state = State::incomplete;
    std::uint16_t request_id = 0;
    std::uint64_t content_length = 0;  ///< as the parameters say; known from params_complete on
};

/// The most that parameters may take; nginx allows clients 64 KB of headers.
constexpr std::size_t max_params = 96 * 1024;

/// Judges one request from its first byte on, without taking anything. Lengths of names and values are checked here,
/// before libfcgi sees them: it multiplies them (CVE-2025-23016).
Arrival inspect_arrival(std::span<const char> bytes);

constexpr std::size_t record_header_size = 8;
/// Of one record; a multiple of 8, so that no padding is needed.
constexpr std::size_t max_content = 65528;

/// Of a STDOUT record whose content, at most `max_content`, follows it.
std::array<char, record_header_size> stdout_header(std::uint16_t request_id, std::size_t content);

/// Appends `content` as STDOUT records.
void append_stdout(std::string& out, std::uint16_t request_id, std::string_view content);

/// Appends the end of STDOUT and of the request.
void append_end(std::string& out, std::uint16_t request_id);

/// Appends what nginx takes for a broken answer, upon which it cuts its client. A mere end of the connection it would
/// take for the good end of an answer that it does not buffer (an event stream).
void append_break(std::string& out);

}  // namespace dreamina
