#pragma once
/// FastCGI as the specification has it, for comparison: a request read off its bytes, and what the worker makes of one.

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/text.hpp"
#include "core/base/unique_fd.hpp"
#include "properties/property.hpp"
#include "net/fastcgi_client.hpp"
#include "net/fastcgi_reader.hpp"
#include "net/fastcgi_records.hpp"

namespace dreamina::fuzz {

struct WireRecord {
    unsigned version;
    int type;
    unsigned id;
    std::string_view content;
    std::size_t padding;
};

/// The whole records at the start of `bytes`.
inline std::vector<WireRecord> wire_records(std::string_view bytes)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[i])); };
    std::vector<WireRecord> records;
    while (bytes.size() >= record_header_size) {
        const std::size_t content = byte(4) * 256 + byte(5);
        const std::size_t whole = record_header_size + content + byte(6);
        if (bytes.size() < whole) break;
        records.push_back({byte(0), static_cast<int>(byte(1)), byte(2) * 256 + byte(3),
                           bytes.substr(record_header_size, content), byte(6)});
        bytes.remove_prefix(whole);
    }
    return records;
}

/// The name-value pairs of a whole parameter stream (3.4), none of which could be read in two ways as `NAME=VALUE`;
/// nothing if they do not add up.
inline std::optional<FastcgiParams> wire_pairs(std::string_view stream)
{
    const auto take_length = [&]() -> std::optional<std::size_t> {
        const std::size_t count = !stream.empty() && static_cast<unsigned char>(stream.front()) >= 0x80 ? 4 : 1;
        if (stream.size() < count) return std::nullopt;
        std::size_t length = 0;
        for (std::size_t i = 0; i < count; ++i) length = length * 256 + static_cast<unsigned char>(stream[i]);
        stream.remove_prefix(count);
        return count == 4 ? length - 0x80000000U : length;
    };
    FastcgiParams pairs;
    while (!stream.empty()) {
        const auto name = take_length();
        const auto value = take_length();
        if (!name || !value || *name + *value > stream.size()) return std::nullopt;
        pairs.emplace_back(stream.substr(0, *name), stream.substr(*name, *value));
        if (pairs.back().first.find_first_of(std::string_view{"\0=", 2}) != std::string::npos) return std::nullopt;
        if (pairs.back().second.find('\0') != std::string::npos) return std::nullopt;
        stream.remove_prefix(*name + *value);
    }
    return pairs;
}

struct WireRequest {
    unsigned id = 0;
    FastcgiParams params;
    std::string body;
};

/// The request at the start of `bytes`, if it is there whole and as nginx would send it: for a responder (5.1), its
/// parameters, its body, nothing else; with padding only where there is content to pad.
inline std::optional<WireRequest> wire_request(std::string_view bytes)
{
    constexpr unsigned responder = 1;
    WireRequest request;
    std::string params;
    int streams_ended = 0;
    bool begun = false;
    for (const WireRecord& record : wire_records(bytes)) {
        if (record.padding > 0 && (!begun || record.content.empty())) return std::nullopt;
        if (record.version != 1 || record.id == 0 || (begun && record.id != request.id)) return std::nullopt;
        if (!begun) {
            if (record.type != record_begin || record.content.size() != 8) return std::nullopt;
            const auto role =
                static_cast<unsigned char>(record.content[0]) * 256U + static_cast<unsigned char>(record.content[1]);
            if (role != responder) return std::nullopt;
            request.id = record.id;
            begun = true;
            continue;
        }
        if (record.type != (streams_ended == 0 ? record_params : record_stdin)) return std::nullopt;
        (streams_ended == 0 ? params : request.body).append(record.content);
        if (params.size() > max_params) return std::nullopt;
        if (!record.content.empty()) continue;
        if (++streams_ended < 2) continue;
        auto pairs = wire_pairs(params);
        if (!pairs) return std::nullopt;
        request.params = std::move(*pairs);
        return request;
    }
    return std::nullopt;
}

/// What the body's length is said to be; of several the last. Nothing if one of them is no number.
inline std::optional<std::uint64_t> said_length(const FastcgiParams& params)
{
    std::uint64_t said = 0;
    for (const auto& [name, value] : params) {
        if (name != "CONTENT_LENGTH" || value.empty()) continue;
        if (value.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
        const std::string digits = value.substr(std::min(value.find_first_not_of('0'), value.size() - 1));
        constexpr std::string_view largest = "18446744073709551615";
        if (digits.size() > largest.size() || (digits.size() == largest.size() && digits > largest))
            return std::nullopt;
        said = std::stoull(digits);
    }
    return said;
}

inline Arrival inspect(std::string_view bytes) { return inspect_arrival({bytes.data(), bytes.size()}); }

/// A worse verdict never becomes a better one, and a complete request stays what it is, while more bytes arrive.
inline void require_follows(const Arrival& earlier, const Arrival& later)
{
    using State = Arrival::State;
    if (earlier.state == State::refused) require(later.state == State::refused, "what was refused is refused no more");
    if (later.state == State::refused) {
        require(earlier.state != State::complete, "a complete request is refused when more arrives");
        return;
    }
    require(earlier.state <= later.state, "less has arrived although more has");
    require(earlier.request_id == 0 || earlier.request_id == later.request_id, "the request's number changes");
    require(earlier.state == State::incomplete || earlier.content_length == later.content_length,
            "the body's length changes");
}

/// The value that counts, of several the last.
inline std::string last_param(const FastcgiParams& params, std::string_view name)
{
    const auto found =
        std::find_if(params.rbegin(), params.rend(), [&](const auto& param) { return param.first == name; });
    return found == params.rend() ? std::string{} : found->second;
}

inline void require_same(const Request& request, const WireRequest& wire)
{
    require(request.method == last_param(wire.params, "REQUEST_METHOD"), "another method");
    require(request.target == last_param(wire.params, "REQUEST_URI"), "another target");
    require(request.path == last_param(wire.params, "DOCUMENT_URI"), "another path");
    require(request.query == last_param(wire.params, "QUERY_STRING"), "another query");
    require(request.remote_address == last_param(wire.params, "REMOTE_ADDR"), "another address");
    require(request.base == last_param(wire.params, "DREAMINA_BASE"), "another base");
    require(request.content_type == last_param(wire.params, "CONTENT_TYPE"), "another type");
    require(request.body.text() == wire.body, "another body");

    auto header = request.headers.begin();
    for (const auto& [name, value] : wire.params) {
        if (!name.starts_with("HTTP_")) continue;
        require(header != request.headers.end(), "a header is missing");
        std::string dashed = name.substr(5);
        std::replace(dashed.begin(), dashed.end(), '_', '-');
        require(equals_ignoring_case(header->name, dashed), "a header of another name");
        require(header->value == value, "a header of another value");
        ++header;
    }
    require(header == request.headers.end(), "a header too many");
}

inline int lowest_free_descriptor() { return UniqueFd{::dup(STDIN_FILENO)}.get(); }

/// Sends `bytes` to the worker's reader, as they are. It must read the request in them as `wire` says, or refuse it if
/// the body has another length than it is said to have; it never waits, and leaves no descriptor open or closed.
/// Nothing happens if the bytes do not fit into a socket's buffer.
inline void require_readable(std::string_view bytes, const WireRequest& wire, bool arrived_whole)
{
    static const bool started = (start_fastcgi(), true);
    require(started, "libfcgi does not start");
    const int lowest = lowest_free_descriptor();
    {
        int ends[2];
        require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0, "no socket");
        const UniqueFd here{ends[0]};
        const UniqueFd there{ends[1]};
        while (!bytes.empty()) {
            const ssize_t sent = ::write(there.get(), bytes.data(), bytes.size());
            if (sent <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        UniqueFd duplicate;
        const Result<Request> request =
            read_fastcgi_request(here.get(), duplicate, arrived_whole, std::filesystem::temp_directory_path());
        require((::fcntl(here.get(), F_GETFL) & O_NONBLOCK) != 0, "the connection is closed, or blocks");
        if (said_length(wire.params) == wire.body.size()) {
            require(request.has_value(), "a whole request cannot be read");
            require_same(*request, wire);
        } else {
            require(!request && request.error().code == "unreadable", "a body of the wrong length is read");
        }
    }
    require(lowest_free_descriptor() == lowest, "a descriptor is left open, or one too many is closed");
}

}  // namespace dreamina::fuzz
