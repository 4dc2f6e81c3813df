#pragma once
/// Well-formed requests made to measure, cut into records anywhere: each is judged rightly at every point of its
/// arrival, and read as it was written.

#include <array>
#include <string>
#include <string_view>

#include "properties/fastcgi_wire.hpp"
#include "properties/input.hpp"
#include "properties/property.hpp"

namespace dreamina::fuzz {

/// A stream's content as records of any size, with padding, and the empty one at its end.
inline std::string cut_into_records(Input& input, int type, std::string_view content, unsigned id)
{
    std::string bytes;
    while (!content.empty()) {
        const std::size_t most = std::min<std::size_t>(content.size(), input.flag() || input.ended() ? 0xFFFF : 40);
        const std::size_t size = input.ended() ? most : 1 + input.number(most - 1);
        bytes += record(type, content.substr(0, size), id, static_cast<unsigned>(input.number(255)));
        content.remove_prefix(size);
    }
    return bytes + record(type, "", id);
}

/// As an environment's entry can hold it: without a NUL.
inline std::string param_text(Input& input)
{
    std::string text = input.bytes(60);
    std::replace(text.begin(), text.end(), '\0', '0');
    if (input.number(15) == 15) text.append(input.number(40'000), 'x');
    return text;
}

inline std::string param_name(Input& input)
{
    static constexpr std::array<std::string_view, 12> names{
        "REQUEST_METHOD", "REQUEST_URI",    "DOCUMENT_URI", "QUERY_STRING",    "REMOTE_ADDR", "DREAMINA_BASE",
        "CONTENT_TYPE",   "REQUEST_SCHEME", "HTTP_HOST",    "HTTP_X__REAL_ip", "HTTP_",       ""};
    if (input.number(3) != 0) return std::string{input.one_of(names)};
    std::string name = param_text(input);
    std::replace(name.begin(), name.end(), '=', '_');
    return name == "CONTENT_LENGTH" ? "" : name;
}

/// The input chooses what is written.
inline void fastcgi_request(std::string_view bytes)
{
    using State = Arrival::State;
    Input input{bytes};
    WireRequest wire;
    wire.id = 1 + static_cast<unsigned>(input.number(0xFFFE));
    const bool right_length = input.number(7) != 0;
    wire.body = input.bytes(200);
    if (input.number(15) == 15) wire.body.append(input.number(80'000), 'b');  // beyond what stays in memory

    std::string params;
    const auto add = [&](const std::string& name, const std::string& value) {
        wire.params.emplace_back(name, value);
        params += pair(name, value);
    };
    const auto add_any = [&] {
        const std::string name = param_name(input);  // the name's bytes come first
        add(name, param_text(input));
    };
    const std::size_t before = input.number(6);
    for (std::size_t i = 0; i < before; ++i) add_any();
    add("CONTENT_LENGTH", std::to_string(wire.body.size() + (right_length ? 0 : 1 + input.number(300))));
    const std::size_t behind = input.number(3);
    for (std::size_t i = 0; i < behind; ++i) add_any();

    const std::string head = begin_record(wire.id) + cut_into_records(input, record_params, params, wire.id);
    const std::string whole = head + cut_into_records(input, record_stdin, wire.body, wire.id);

    const auto expect = [&](std::size_t arrived) {
        const Arrival arrival = inspect(std::string{whole.substr(0, arrived)});
        const State expected = params.size() > max_params ? State::refused
                               : arrived == whole.size()  ? State::complete
                               : arrived >= head.size()   ? State::params_complete
                                                          : State::incomplete;
        // Too many parameters are refused as soon as that is seen.
        if (expected == State::refused && arrived < head.size()) return;
        require(arrival.state == expected, "a request is not judged by what has arrived of it");
    };
    TextNumbers numbers{bytes};
    for (int i = 0; i < 8; ++i) expect(numbers.next(whole.size()));
    for (const std::size_t arrived : {head.size() - 1, head.size(), whole.size() - 1, whole.size()}) expect(arrived);
    require(inspect(whole + input.bytes(40)).state == inspect(whole).state, "what follows a request changes it");
    if (params.size() > max_params) return;

    const auto read = wire_request(whole);
    require(read && read->id == wire.id && read->params == wire.params && read->body == wire.body,
            "the reading to compare with is at fault");
    require_readable(whole, wire, input.flag());
}

}  // namespace dreamina::fuzz
