#include "net/fastcgi_records.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace dreamina {
namespace {

// Record types and sizes of the FastCGI specification, section 8.
enum Type : std::uint8_t { begin_request = 1, end_request = 3, params = 4, standard_input = 5, standard_output = 6 };
constexpr std::size_t header_size = record_header_size;
constexpr std::uint8_t protocol_version = 1;
constexpr unsigned responder = 1;  // the role that nginx asks for

struct RecordHeader {
    std::uint8_t version;
    std::uint8_t type;
    std::uint16_t request_id;
    std::size_t content;
    std::size_t padding;
};

std::uint8_t byte_at(std::span<const char> bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

RecordHeader read_header(std::span<const char> bytes)
{
    return {.version = byte_at(bytes, 0),
            .type = byte_at(bytes, 1),
            .request_id = static_cast<std::uint16_t>(byte_at(bytes, 2) << 8U | byte_at(bytes, 3)),
            .content = static_cast<std::size_t>(byte_at(bytes, 4) << 8U | byte_at(bytes, 5)),
            .padding = byte_at(bytes, 6)};
}

/// Of a BEGIN_REQUEST record that is there whole.
unsigned role_of(std::span<const char> record)
{
    return static_cast<unsigned>(byte_at(record, header_size) << 8U | byte_at(record, header_size + 1));
}

std::array<char, header_size> header_of(Type type, std::uint16_t request_id, std::size_t content)
{
    return {protocol_version,
            static_cast<char>(type),
            static_cast<char>(request_id >> 8U),
            static_cast<char>(request_id & 0xFFU),
            static_cast<char>(content >> 8U),
            static_cast<char>(content & 0xFFU),
            0,
            0};
}

void append_header(std::string& out, Type type, std::uint16_t request_id, std::size_t content)
{
    const auto header = header_of(type, request_id, content);
    out.append(header.data(), header.size());
}

/// A name's or value's length: one byte, or four with the highest bit set.
std::optional<std::size_t> take_length(std::string_view& pairs)
{
    if (pairs.empty()) return std::nullopt;
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<std::uint8_t>(pairs[i])); };
    std::size_t length = byte(0);
    std::size_t used = 1;
    if (length & 0x80U) {
        if (pairs.size() < 4) return std::nullopt;
        length = (byte(0) & 0x7FU) << 24U | byte(1) << 16U | byte(2) << 8U | byte(3);
        used = 4;
    }
    pairs.remove_prefix(used);
    return length;
}

/// Walks the name-value pairs; false if they do not add up. Picks out the body's length on the way.
bool check_pairs(std::string_view pairs, std::uint64_t& content_length)
{
    while (!pairs.empty()) {
        const auto name_length = take_length(pairs);
        const auto value_length = name_length ? take_length(pairs) : std::nullopt;
        if (!value_length || *name_length > pairs.size() || *value_length > pairs.size() - *name_length) return false;
        const std::string_view name = pairs.substr(0, *name_length);
        const std::string_view value = pairs.substr(*name_length, *value_length);
        pairs.remove_prefix(*name_length + *value_length);
        // libfcgi hands them on as one C string, NAME=VALUE. What stands behind a NUL would not be looked at, and a
        // name with a = would be another one to its reader than it is here.
        constexpr std::string_view ends_name{"\0=", 2};
        if (name.find_first_of(ends_name) != std::string_view::npos) return false;
        if (value.find('\0') != std::string_view::npos) return false;
        if (name == "CONTENT_LENGTH" && !value.empty()) {
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), content_length);
            if (error != std::errc{} || end != value.data() + value.size()) return false;
        }
    }
    return true;
}

}  // namespace

Arrival inspect_arrival(std::span<const char> bytes)
{
    using State = Arrival::State;
    Arrival arrival;
    std::string pairs;
    bool begun = false;
    while (bytes.size() >= header_size) {
        const RecordHeader header = read_header(bytes);
        const std::size_t whole = header_size + header.content + header.padding;
        if (header.version != protocol_version || header.request_id == 0) return {.state = State::refused};
        if (!begun && header.type != begin_request) return {.state = State::refused};
        if (begun && header.request_id != arrival.request_id) return {.state = State::refused};
        // nginx pads content only. libfcgi forgets the padding of others, and would take it for a record.
        const bool may_be_padded = header.type != begin_request && header.content > 0;
        if (header.padding > 0 && !may_be_padded) return {.state = State::refused};
        const bool here = bytes.size() >= whole;

        switch (header.type) {
        case begin_request:
            if (begun || header.content != header_size) return {.state = State::refused};
            // libfcgi passes over a request of a role that it does not know, and waits for another one.
            if (here && role_of(bytes) != responder) return {.state = State::refused};
            begun = true;
            arrival.request_id = header.request_id;
            break;
        case params:
            if (arrival.state != State::incomplete || pairs.size() + header.content > max_params)
                return {.state = State::refused};
            if (!here) return arrival;
            if (header.content == 0) {
                if (!check_pairs(pairs, arrival.content_length)) return {.state = State::refused};
                arrival.state = State::params_complete;
            }
            pairs.append(bytes.data() + header_size, header.content);
            break;
        case standard_input:
            if (arrival.state != State::params_complete) return {.state = State::refused};
            if (here && header.content == 0) {
                arrival.state = State::complete;
                return arrival;
            }
            break;
        default: return {.state = State::refused};
        }
        if (!here) return arrival;
        bytes = bytes.subspan(whole);
    }
    return arrival;
}

std::array<char, record_header_size> stdout_header(std::uint16_t request_id, std::size_t content)
{
    return header_of(standard_output, request_id, content);
}

void append_stdout(std::string& out, std::uint16_t request_id, std::string_view content)
{
    while (!content.empty()) {
        const std::string_view part = content.substr(0, max_content);
        append_header(out, standard_output, request_id, part.size());
        out.append(part);
        content.remove_prefix(part.size());
    }
}

void append_end(std::string& out, std::uint16_t request_id)
{
    append_header(out, standard_output, request_id, 0);
    append_header(out, end_request, request_id, header_size);
    out.append(header_size, '\0');  // application status 0, FCGI_REQUEST_COMPLETE
}

void append_break(std::string& out)
{
    out.append(header_size, '\0');  // there is no version 0
}

}  // namespace dreamina
