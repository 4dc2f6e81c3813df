#pragma once
/// FastCGI by hand, as nginx speaks it: records to send and answers to take apart.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

constexpr int record_begin = 1;
constexpr int record_end = 3;
constexpr int record_params = 4;
constexpr int record_stdin = 5;
constexpr int record_stdout = 6;

inline std::string record(int type, std::string_view content, unsigned id = 1, unsigned padding = 0)
{
    const auto size = static_cast<unsigned>(content.size());
    std::string bytes{1,
                      static_cast<char>(type),
                      static_cast<char>(id >> 8U),
                      static_cast<char>(id & 0xFFU),
                      static_cast<char>(size >> 8U),
                      static_cast<char>(size & 0xFFU),
                      static_cast<char>(padding),
                      0};
    return bytes.append(content).append(padding, '\0');
}

/// A responder, with the connection kept.
inline std::string begin_record(unsigned id = 1) { return record(record_begin, {"\0\1\1\0\0\0\0\0", 8}, id); }

inline std::string length_bytes(std::size_t length)
{
    if (length < 0x80) return std::string(1, static_cast<char>(length));
    return {static_cast<char>(0x80U | length >> 24U), static_cast<char>(length >> 16U & 0xFFU),
            static_cast<char>(length >> 8U & 0xFFU), static_cast<char>(length & 0xFFU)};
}

inline std::string pair(std::string_view name, std::string_view value)
{
    return length_bytes(name.size()) + length_bytes(value.size()) + std::string{name} + std::string{value};
}

using FastcgiParams = std::vector<std::pair<std::string, std::string>>;

inline std::string stream_records(int type, std::string_view content, unsigned id = 1)
{
    std::string bytes;
    for (std::size_t at = 0; at < content.size(); at += 32768)
        bytes += record(type, content.substr(at, 32768), id, static_cast<unsigned>(at / 32768 % 8));
    return bytes + record(type, "", id);
}

inline std::string fastcgi_request(const FastcgiParams& params, std::string_view body, unsigned id = 1)
{
    std::string pairs;
    for (const auto& [name, value] : params) pairs += pair(name, value);
    return begin_record(id) + stream_records(record_params, pairs, id) + stream_records(record_stdin, body, id);
}

/// An answer put together from its records.
struct FastcgiAnswer {
    unsigned request_id = 0;
    std::string text;  ///< what stood in STDOUT
    bool ended = false;
    bool broken = false;  ///< not FastCGI from here on

    /// Takes whole records off the front of `wire`. True once the request's end has come; what follows is left.
    bool take(std::string& wire)
    {
        while (!ended && wire.size() >= 8) {
            const auto at = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(wire[i])); };
            const std::size_t content = at(4) << 8U | at(5);
            const std::size_t whole = 8 + content + at(6);
            if (wire.size() < whole) return false;
            broken = broken || at(0) != 1;
            request_id = at(2) << 8U | at(3);
            if (at(1) == record_stdout) text.append(wire, 8, content);
            ended = at(1) == record_end;
            wire.erase(0, whole);
        }
        return ended;
    }
};
