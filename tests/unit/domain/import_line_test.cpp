#include "domain/import_line.hpp"

#include <ostream>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace dreamina;

namespace {

const std::string session_a(32, 'a');
const std::string session_b = "0123456789abcdef0123456789abcdef01234567";

struct ImportRow {
    std::string line;
    std::string password;
    std::optional<Region> region = {};
    std::optional<std::string> session_id = {};
};

ImportResult read(std::string_view credentials) { return read_import(credentials, {}); }

/// The only fault of a text; an empty text if there is none or several.
std::string only_fault(std::string_view credentials, std::string_view session_ids = {})
{
    const ImportResult result = read_import(credentials, session_ids);
    return result.faults.size() == 1 ? result.faults.front() : "";
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

TEST_CASE("the fields of a line are told apart from both ends")
{
    const std::vector<ImportRow> rows{
        {"a@b.c:pw", "pw"},
        {"a@b.c:p:w", "p:w"},
        {"a@b.c::", ":"},
        {"a@b.c:pw:", "pw:"},
        {"a@b.c:p w", "p w"},
        {"a@b.c:päss", "päss"},
        {"a@b.c:us", "us"},
        {"a@b.c:pw:us", "pw:us"},  // a region counts before a session only
        {"a@b.c:pw:" + session_a, "pw", {}, session_a},
        {"a@b.c:p:w:" + session_b, "p:w", {}, session_b},
        {"a@b.c:pw:us:" + session_a, "pw", Region::us, session_a},
        {"a@b.c:p:w::hk:" + session_a, "p:w:", Region::hk, session_a},
        {"a@b.c:us:us:" + session_a, "us", Region::us, session_a},
        {"a@b.c:us:hk:sg:" + session_a, "us:hk", Region::sg, session_a},
        {"a@b.c:pw:usa:" + session_a, "pw:usa", {}, session_a},
        {"a@b.c:pw: us:" + session_a, "pw: us", {}, session_a},
        {"a@b.c:pw:CN:" + session_a, "pw", Region::cn, session_a},
        {"a@b.c:pw:jp-" + session_a, "pw", Region::jp, session_a},
        {"a@b.c:pw:cn:cn-" + session_a, "pw", Region::cn, session_a},
        {"a@b.c:pw:" + session_a.substr(1), "pw:" + session_a.substr(1)},
        {"a@b.c:pw:" + std::string(32, 'A'), "pw:" + std::string(32, 'A')},
        {"a@b.c:pw:xx-" + session_a, "pw:xx-" + session_a},
        {"a@b.c:" + session_a + ":" + session_b, session_a, {}, session_b},
        {"a@b.c:" + session_a + ":pw", session_a + ":pw"},
    };
    for (const ImportRow& row : rows) {
        CAPTURE(row.line);
        const ImportResult result = read(row.line);
        CHECK(result.faults.empty());
        REQUIRE(result.accounts.size() == 1);
        CHECK(result.accounts[0].email == "a@b.c");
        CHECK(result.accounts[0].password == row.password);
        CHECK(result.accounts[0].region == row.region);
        CHECK(result.accounts[0].session_id == row.session_id);
    }
}

TEST_CASE("byte order mark, CRLF, trailing blanks, comments and blank lines are accepted")
{
    const ImportResult result =
        read("\xEF\xBB\xBF# accounts\r\na@b.c:pw \t\r\n\r\n   \n#x:y\n\nb@b.c:pw:" + session_a + "  \r\nc@b.c:pw#1\r");
    CHECK(result.faults.empty());
    REQUIRE(result.accounts.size() == 3);
    CHECK(result.accounts[0].email == "a@b.c");
    CHECK(result.accounts[0].password == "pw");
    CHECK(result.accounts[1].session_id == session_a);
    CHECK(result.accounts[2].password == "pw#1");
}

TEST_CASE("nothing in, nothing out")
{
    for (const char* text : {"", "\n\r\n", "\xEF\xBB\xBF", "# only a comment", " "}) {
        const ImportResult result = read(text);
        CHECK(result.accounts.empty());
        CHECK(result.faults.empty());
    }
}

TEST_CASE("a fault names the line as an editor counts and what is wrong with it")
{
    const std::vector<std::pair<std::string, std::string>> rows{
        {"no-colon-here", "line 1: there is no colon: expected email:password"},
        {"# c\n\na@b.c:pw\nx@y.z", "line 4: there is no colon: expected email:password"},
        {":pw", "line 1: the e-mail address is missing"},
        {"a@b.c:", "line 1: the password is missing"},
        {"a@b.c:  ", "line 1: the password is missing"},
        {"a@b.c:" + session_a, "line 1: the password is missing: a session id follows the e-mail address"},
        {"a@b.c:us:" + session_a, "line 1: the password is missing: a session id follows the e-mail address"},
        {"a@b.c::" + session_a, "line 1: the password is missing: a session id follows the e-mail address"},
        {"abc:pw", "line 1: the e-mail address must have one @ with something on both sides"},
        {"@b.c:pw", "line 1: the e-mail address must have one @ with something on both sides"},
        {"a@:pw", "line 1: the e-mail address must have one @ with something on both sides"},
        {"a@b@c:pw", "line 1: the e-mail address must have one @ with something on both sides"},
        {"a b@c.d:pw", "line 1: the e-mail address must not hold blanks"},
        {" a@b.c:pw", "line 1: the e-mail address must not hold blanks"},
        {"a\t@b.c:pw", "line 1: the e-mail address must not hold control characters"},
        {std::string("a@b.c:p\0w", 9), "line 1: the password holds control characters"},
        {"a@b.c:p\rw", "line 1: the password holds control characters"},
        {"a@b.c:p\xFFw", "line 1: the line is not valid UTF-8"},
        {"a@b.c:pw:us:hk-" + session_a, "line 1: the region is given as us and by the session id's prefix as hk"},
        {std::string(longest_email, 'x') + "@b.c:pw", "line 1: the e-mail address must have at most 254 bytes"},
        {"a@b.c:" + std::string(longest_password + 1, 'p'), "line 1: the password is longer than 1024 bytes"},
        {"a@b.c:pw:" + std::string(longest_session + 1, 'a'), "line 1: the session id is longer than 1024 bytes"},
    };
    for (const auto& [text, fault] : rows) {
        CAPTURE(text.substr(0, 60));
        CHECK(only_fault(text) == fault);
    }
}

TEST_CASE("no fault tells a password or a session")
{
    const std::string secret = "hunter2hunter2";
    const std::string lines = "a@b@c:" + secret + "\n" + secret + "\n:" + secret + "\nb@b.c:" + secret + "\xFF\n" +
                              "c@b.c:" + secret + "\x01\n" + "d@b.c:" + secret + ":us:hk-" + session_b + "\n";
    const ImportResult result = read(lines);
    CHECK(result.faults.size() == 6);
    for (const std::string& fault : result.faults) {
        CHECK_FALSE(has(fault, secret));
        CHECK_FALSE(has(fault, session_b));
    }
}

TEST_CASE("an e-mail address stands for one account, however it is written; the first line wins")
{
    const ImportResult result = read("a@b.c:one\nA@B.C:two\nb@b.c:three\na@b.c:four\n");
    CHECK(result.faults.empty());
    REQUIRE(result.accounts.size() == 2);
    CHECK(result.accounts[0].password == "one");
    CHECK(result.duplicates == std::vector<std::string>{"A@B.C", "a@b.c"});
}

TEST_CASE("a fault in a line that would be a duplicate is still told")
{
    CHECK(only_fault("a@b.c:one\na@b.c:") == "line 2: the password is missing");
}

TEST_CASE("session_ids stand line by line beside the credentials; comments and blank lines do not count")
{
    const ImportResult result =
        read_import("# two\na@b.c:p:w\n\nb@b.c:pw:us\n",
                    "\xEF\xBB\xBF" + session_a + "\r\n\r\n# second\r\nhk-" + session_b + " \r\n");
    CHECK(result.faults.empty());
    REQUIRE(result.accounts.size() == 2);
    CHECK(result.accounts[0].session_id == session_a);
    CHECK_FALSE(result.accounts[0].region);
    CHECK(result.accounts[1].password == "pw:us");
    CHECK(result.accounts[1].session_id == session_b);
    CHECK(result.accounts[1].region == Region::hk);
}

TEST_CASE("blank session_ids are no session_ids")
{
    const ImportResult result = read_import("a@b.c:pw", " \r\n\n");
    CHECK(result.faults.empty());
    REQUIRE(result.accounts.size() == 1);
    CHECK_FALSE(result.accounts[0].session_id);
}

TEST_CASE("as many sessions as lines, or a fault")
{
    CHECK(only_fault("a@b.c:pw\nb@b.c:pw", session_a) ==
          "session_ids has 1 lines and credentials has 2: they must be as many");
    CHECK(only_fault("a@b.c:pw", session_a + "\n" + session_b) ==
          "session_ids has 2 lines and credentials has 1: they must be as many");
    CHECK(only_fault("", session_a) == "session_ids has 1 lines and credentials has 0: they must be as many");
}

TEST_CASE("a session beside a line that has one must be the same")
{
    const std::string line = "\na@b.c:pw:jp:" + session_a;
    CHECK(read_import(line, session_a).faults.empty());
    CHECK(read_import(line, "jp-" + session_a).faults.empty());
    CHECK(only_fault(line, session_b) == "line 2: the line's own session id differs from the one in session_ids");
    CHECK(only_fault(line, "us-" + session_a) ==
          "line 2: the region is given as jp and by the session id's prefix as us");
}

TEST_CASE("what cannot be sent as a session is refused in session_ids, named by both lines")
{
    CHECK(only_fault("#\na@b.c:pw", "\n\nhunter 2") ==
          "line 2: line 3 of session_ids must be one session id without blanks, commas or @");
    CHECK(only_fault("a@b.c:pw", "us-") != "");
    CHECK(only_fault("a@b.c:pw", session_a + "," + session_b) != "");
}

TEST_CASE("the session_ids column takes session ids of any form")
{
    CHECK(read_import("a@b.c:pw", "hk-session_id_1").accounts.at(0).session_id == "session_id_1");
}

TEST_CASE("a malformed line keeps its place beside session_ids")
{
    const ImportResult result = read_import("bad\nb@b.c:pw", session_a + "\n" + session_b);
    CHECK(result.faults.size() == 1);
    REQUIRE(result.accounts.size() == 1);
    CHECK(result.accounts[0].session_id == session_b);
}

TEST_CASE("faults are named up to a thousand, then counted")
{
    std::string text;
    for (int i = 0; i < 1500; ++i) text += "bad\n";
    const ImportResult result = read(text);
    REQUIRE(result.faults.size() == most_faults + 1);
    CHECK(result.faults[most_faults - 1] == "line 1000: there is no colon: expected email:password");
    CHECK(result.faults.back() == "and 500 more lines with a fault");
}

TEST_CASE("a hundred thousand lines are read")
{
    std::string credentials;
    std::string sessions;
    for (int i = 0; i < 100'000; ++i) {
        credentials += fmt::format("user{}@example.com:pass:word{}:hk:{:032x}\r\n", i % 90'000, i, i % 90'000);
        sessions += fmt::format("hk-{:032x}\r\n", i % 90'000);
    }
    const ImportResult result = read_import(credentials, sessions);
    CHECK(result.faults.empty());
    CHECK(result.accounts.size() == 90'000);
    CHECK(result.duplicates.size() == 10'000);
}

TEST_CASE("one line of ten megabytes of colons costs one look, not one for each")
{
    const std::string colons(10'000'000, ':');
    CHECK(only_fault("a@b.c:" + colons) == "line 1: the password is longer than 1024 bytes");
}

TEST_CASE("e-mail addresses")
{
    CHECK_FALSE(email_fault("a@b"));
    CHECK_FALSE(email_fault("first.last+tag@sub.example.com"));
    CHECK_FALSE(email_fault("用户@例子.cn"));
    CHECK_FALSE(email_fault(std::string(longest_email - 4, 'x') + "@b.c"));
    for (const std::string bad : {"", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b c", "a:b@c", "a@b\n", "a@\x7F"})
        CHECK(email_fault(bad));
    CHECK(email_fault(std::string("a\0b@c", 5)));
    CHECK(email_fault("a@b\xC0\x80"));
    CHECK(email_fault(std::string(longest_email - 3, 'x') + "@b.c"));
    CHECK(email_fault(std::string(1'000'000, 'x') + "@b.c"));
}
