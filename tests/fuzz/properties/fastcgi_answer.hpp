#pragma once
/// Answers of any size: what is framed can be put together again, and no record is one that would end it early.

#include <string>
#include <string_view>

#include "properties/fastcgi_wire.hpp"
#include "properties/input.hpp"
#include "properties/property.hpp"

namespace dreamina::fuzz {

/// The input chooses the request's number and the contents.
inline void fastcgi_answer(std::string_view bytes)
{
    Input input{bytes};
    const auto id = static_cast<std::uint16_t>(1 + input.number(0xFFFE));
    std::string wire;
    std::string sent;
    const std::size_t count = input.number(4);
    for (std::size_t i = 0; i < count; ++i) {
        std::string content = input.bytes(40);
        if (input.number(7) == 7) content.append(input.number(140'000), 'c');
        if (input.flag() && !content.empty() && content.size() <= max_content) {
            const auto header = stdout_header(id, content.size());
            wire.append(header.data(), header.size()).append(content);
        } else {
            append_stdout(wire, id, content);
        }
        sent += content;
    }
    const bool broken = input.flag();
    if (broken) {
        append_break(wire);
    } else {
        append_end(wire, id);
    }

    const std::vector<WireRecord> records = wire_records(wire);
    std::string received;
    std::size_t framed = 0;
    std::size_t i = 0;
    for (; i < records.size() && records[i].type == record_stdout && !records[i].content.empty(); ++i) {
        require(records[i].version == 1 && records[i].id == id, "another version, or another request's record");
        require(records[i].content.size() <= max_content, "a record is larger than the largest");
        received += records[i].content;
    }
    for (const WireRecord& record : records) framed += record_header_size + record.content.size();
    require(framed == wire.size(), "bytes that are of no record, or padding");
    require(received == sent, "something else than was sent is received");
    if (broken) {
        require(records.size() == i + 1 && records[i].version != 1, "the break does not break");
        return;
    }
    require(records.size() == i + 2, "the end is not two records");
    require(records[i].version == 1 && records[i].type == record_stdout && records[i].id == id, "STDOUT does not end");
    require(records[i + 1].version == 1 && records[i + 1].type == record_end && records[i + 1].id == id &&
                records[i + 1].content == std::string(8, '\0'),
            "the request does not end well");
}

}  // namespace dreamina::fuzz
