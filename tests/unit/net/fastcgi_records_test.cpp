#include "net/fastcgi_records.hpp"

#include <doctest/doctest.h>

#include "net/fastcgi_client.hpp"

using namespace dreamina;
using State = Arrival::State;

namespace {

Arrival inspect(std::string_view bytes) { return inspect_arrival({bytes.data(), bytes.size()}); }

std::string get_request() { return fastcgi_request({{"REQUEST_METHOD", "GET"}, {"CONTENT_LENGTH", ""}}, ""); }

/// A length as it stands on the wire where it takes four bytes.
std::string long_length(std::uint32_t length)
{
    return {static_cast<char>(0x80U | length >> 24U), static_cast<char>(length >> 16U), static_cast<char>(length >> 8U),
            static_cast<char>(length)};
}

std::string with_params(std::string_view pairs)
{
    return begin_record() + record(record_params, pairs) + record(record_params, "") + record(record_stdin, "");
}

}  // namespace

TEST_CASE("a request is judged by what has arrived, wherever it is split")
{
    const std::string head = begin_record() + record(record_params, pair("CONTENT_LENGTH", "5") + pair("A", "b")) +
                             record(record_params, "");
    const std::string whole = head + record(record_stdin, "hello") + record(record_stdin, "");
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        CAPTURE(cut);
        const Arrival arrival = inspect(std::string_view{whole}.substr(0, cut));
        const State expected = cut == whole.size()  ? State::complete
                               : cut >= head.size() ? State::params_complete
                                                    : State::incomplete;
        CHECK(arrival.state == expected);
        CHECK(arrival.content_length == (cut >= head.size() ? 5U : 0U));
        CHECK(arrival.request_id == (cut >= 8 ? 1U : 0U));
    }
    // What follows belongs to the next request.
    CHECK(inspect(whole + whole).state == State::complete);
    CHECK(inspect(whole + "garbage that is long enough").state == State::complete);
}

TEST_CASE("parameters may come in many records, split anywhere")
{
    std::string pairs = pair("CONTENT_LENGTH", "123456") + pair("HTTP_X", std::string(300, 'x'));
    for (std::size_t cut = 1; cut < pairs.size(); ++cut) {
        CAPTURE(cut);
        const Arrival arrival = inspect(begin_record() + record(record_params, pairs.substr(0, cut), 1, 3) +
                                        record(record_params, pairs.substr(cut)) + record(record_params, ""));
        CHECK(arrival.state == State::params_complete);
        CHECK(arrival.content_length == 123456);
    }
}

TEST_CASE("what nginx would not send is refused")
{
    std::string other_version = get_request();
    other_version[0] = 2;
    std::string version_later = get_request();
    version_later[16] = 0;

    struct Row {
        std::string name;
        std::string bytes;
    };
    const Row rows[] = {
        {"another version", other_version},
        {"another version in a later record", version_later},
        {"HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"},
        {"zeros", std::string(64, '\0')},
        {"parameters before the beginning", record(record_params, "")},
        {"a body before the beginning", record(record_stdin, "")},
        {"a body before the parameters' end", begin_record() + record(record_stdin, "")},
        {"a body within the parameters",
         begin_record() + record(record_params, pair("A", "b")) + record(record_stdin, "")},
        {"two beginnings", begin_record() + begin_record()},
        {"a beginning of the wrong size", record(record_begin, "12345")},
        {"parameters after their end", begin_record() + record(record_params, "") + record(record_params, "")},
        {"a management record", record(9, "", 0)},
        {"a management record within a request", begin_record() + record(9, "", 0)},
        {"request 0", begin_record(0)},
        {"another request's record", begin_record(1) + record(record_params, "", 2)},
        {"abort", begin_record() + record(2, "")},
        {"data", begin_record() + record(record_params, "") + record(8, "")},
        {"an unknown type", begin_record() + record(77, "")},
        {"the role of an authorizer", record(record_begin, {"\0\2\1\0\0\0\0\0", 8})},
        {"the role of a filter", record(record_begin, {"\0\3\1\0\0\0\0\0", 8})},
        {"no role", record(record_begin, {"\0\0\1\0\0\0\0\0", 8})},
        {"a beginning with padding", record(record_begin, {"\0\1\1\0\0\0\0\0", 8}, 1, 8)},
        {"the parameters' end with padding", begin_record() + record(record_params, "", 1, 8)},
        {"the body's end with padding", begin_record() + record(record_params, "") + record(record_stdin, "", 1, 8)},
        {"a role of two bytes", record(record_begin, {"\1\1\1\0\0\0\0\0", 8})},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(inspect(row.bytes).state == State::refused);
    }
}

TEST_CASE("lengths of names and values are checked before they are multiplied")
{
    struct Row {
        std::string name;
        std::string pairs;
    };
    const Row rows[] = {
        {"a name of 2^31 - 1", long_length(0x7FFFFFFFU) + '\1' + "Ab"},
        {"a value of 2^31 - 1", '\1' + long_length(0x7FFFFFFFU) + "Ab"},
        {"both", long_length(0x7FFFFFFFU) + long_length(0x7FFFFFFFU) + "Ab"},
        {"a sum that wraps in 32 bits", long_length(0x7FFFFFFFU) + long_length(0x7FFFFFFEU) + std::string(64, 'x')},
        {"a value one byte too long", std::string{"\1\2"} + "Ab"},
        {"a name one byte too long", std::string{"\3\0", 2} + "Ab"},
        {"nothing behind the lengths", std::string{"\1\1"}},
        {"a name's length alone", std::string{"\1"}},
        {"a long length cut", std::string{"\x80\x00\x00", 3}},
        {"a long value length cut", std::string{"\x01\x80\x00", 3}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(inspect(with_params(row.pairs)).state == State::refused);
    }
    // The long form of a short length is allowed.
    CHECK(inspect(with_params(long_length(1) + long_length(1) + "Ab")).state == State::complete);
    CHECK(inspect(with_params(std::string{"\0\0", 2})).state == State::complete);
}

TEST_CASE("a name that would be another one in NAME=VALUE is refused")
{
    // libfcgi's reader would take it for CONTENT_LENGTH.
    CHECK(inspect(with_params(pair("CONTENT_LENGTH=5", ""))).state == State::refused);
    CHECK(inspect(with_params(pair("=", ""))).state == State::refused);
    CHECK(inspect(with_params(pair("A", "b=c"))).state == State::complete);
}

TEST_CASE("the body's length is a whole number or nothing")
{
    for (const std::string length :
         {"x", "5x", "-5", "+5", " 5", "5 ", "0x10", "1e3", "18446744073709551616", "99999999999999999999999999"}) {
        CAPTURE(length);
        CHECK(inspect(with_params(pair("CONTENT_LENGTH", length))).state == State::refused);
    }
    struct Row {
        std::string length;
        std::uint64_t value;
    };
    for (const Row& row : {Row{"", 0}, Row{"0", 0}, Row{"00017", 17}, Row{"104857600", 104857600}}) {
        CAPTURE(row.length);
        const Arrival arrival = inspect(with_params(pair("CONTENT_LENGTH", row.length)));
        CHECK(arrival.state == State::complete);
        CHECK(arrival.content_length == row.value);
    }
}

TEST_CASE("parameters have a limit, in one record or in many")
{
    const auto many = [](std::size_t total) {
        std::string bytes = begin_record();
        const std::string pairs = pair("A", std::string(total - 6, 'x'));
        REQUIRE(pairs.size() == total);
        for (std::size_t at = 0; at < pairs.size(); at += 60000)
            bytes += record(record_params, pairs.substr(at, 60000));
        return bytes + record(record_params, "");
    };
    CHECK(inspect(many(max_params)).state == State::params_complete);
    CHECK(inspect(many(max_params + 1)).state == State::refused);
    // Refused as soon as the header says so, before the content has come.
    CHECK(inspect(many(max_params + 1).substr(0, begin_record().size() + 8 + 60000 + 8)).state == State::refused);
}

TEST_CASE("a broken answer is nothing that FastCGI knows")
{
    std::string wire;
    append_stdout(wire, 1, "half");
    append_break(wire);
    FastcgiAnswer answer;
    CHECK_FALSE(answer.take(wire));
    CHECK(answer.text == "half");
    CHECK(answer.broken);
}

TEST_CASE("an answer is framed, split above what a record can hold")
{
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65527}, std::size_t{65528},
                                   std::size_t{65529}, std::size_t{300 * 1024}}) {
        CAPTURE(size);
        std::string content(size, '\0');
        for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 7 % 251);
        std::string out = "before";
        append_stdout(out, 0x1234, content);
        CHECK(out.substr(0, 6) == "before");
        CHECK(out.size() == 6 + size + 8 * ((size + 65527) / 65528));

        std::string wire = out.substr(6);
        append_end(wire, 0x1234);
        FastcgiAnswer answer;
        CHECK(answer.take(wire));
        CHECK(answer.request_id == 0x1234);
        CHECK(answer.text == content);
        CHECK(wire.empty());
    }
}
