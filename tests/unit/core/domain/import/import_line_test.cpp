#include "core/domain/import/import_line.hpp"

#include <ostream>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace dreamina;

namespace {

const std::string session_a(32, 'a');
const std::string session_b = "0123456789abcdef0123456789abcdef01234567";

struct LineRow {
    std::string line;
    std::string password;
    std::optional<Region> region = {};
    std::optional<std::string> session_id = {};
};

ImportResult read(std::string_view credentials) { return read_import(credentials, {}); }

/// As people read them.
std::vector<std::string> faults_of(const ImportResult& result)
{
    std::vector<std::string> texts;
    for (const Message& fault : named_faults(result)) texts.push_back(english(fault));
    return texts;
}

/// The only fault of a text; an empty text if there is none or several.
std::string only_fault(std::string_view credentials, std::string_view session_ids = {})
{
    const ImportResult result = read_import(credentials, session_ids);
    const auto faults = faults_of(result);
    return faults.size() == 1 ? faults.front() : "";
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

TEST_CASE("the fields of a line are told apart from both ends")
{
    const std::vector<LineRow> rows{
        {"a@b.c:pw", "pw"},
        {"a@b.c:p:w", "p:w"},
        {"a@b.c::", ":"},
        {"a@b.c:pw:", "pw:"},
        {"a@b.c:p w", "p w"},
        {"a@b.c:päss", "päss"},
        {"a@b.c:usa", "usa"},
        {"a@b.c:pw:us", "pw", Region::us},
        {"a@b.c:p:w:JP", "p:w", Region::jp},
        {"a@b.c:pw:us:", "pw:us:"},
        {"a@b.c:pw:" + session_a, "pw", {}, session_a},
        {"a@b.c:p:w:" + session_b, "p:w", {}, session_b},
        {"a@b.c:pw:us:" + session_a, "pw", Region::us, session_a},
        {"a@b.c:p:w::hk:" + session_a, "p:w:", Region::hk, session_a},
        {"a@b.c:us:us:" + session_a, "us", Region::us, session_a},
        {"a@b.c:us:hk:sg:" + session_a, "us:hk", Region::sg, session_a},
        {"a@b.c:pw:usa:" + session_a, "pw:usa", {}, session_a},
        {"a@b.c:pw: us:" + session_a, "pw", Region::us, session_a},
        {"a@b.c:pw: u s:" + session_a, "pw: u s", {}, session_a},
        {"a@b.c::cn:" + session_a, "", Region::cn, session_a},
        {"a@b.c:cn:" + session_a, "", Region::cn, session_a},
        {"a@b.c::cn-" + session_a, "", Region::cn, session_a},
        {"a@b.c:pw:hk:sessionid=" + session_a + ";", "pw", Region::hk, session_a},
        {"a@b.c:pw: SessionID= HK-" + std::string(32, 'A') + " ; ", "pw", Region::hk, session_a},
        {"a@b.c:pw:CN:" + session_a, "pw", Region::cn, session_a},
        {"a@b.c:pw:jp-" + session_a, "pw", Region::jp, session_a},
        {"a@b.c:pw:cn:cn-" + session_a, "pw", Region::cn, session_a},
        {"a@b.c:pw:" + session_a.substr(1), "pw:" + session_a.substr(1)},
        {"a@b.c:pw:" + std::string(32, 'A'), "pw", {}, session_a},
        {"a@b.c:pw:xx-" + session_a, "pw:xx-" + session_a},
        {"a@b.c:" + session_a + ":" + session_b, session_a, {}, session_b},
        {"a@b.c:" + session_a + ":pw", session_a + ":pw"},
    };
    for (const LineRow& row : rows) {
        CAPTURE(row.line);
        const ImportResult result = read(row.line);
        CHECK(faults_of(result).empty());
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
    CHECK(faults_of(result).empty());
    REQUIRE(result.accounts.size() == 3);
    CHECK(result.accounts[0].email == "a@b.c");
    CHECK(result.accounts[0].password == "pw");
    CHECK(result.accounts[1].session_id == session_a);
    CHECK(result.accounts[2].password == "pw#1");
}

TEST_CASE("whatever ends a line, and whatever does not show at the edge of a field")
{
    const ImportResult result =
        read("a@b.c:pw\rb@b.c:pw\r\n\u2028\uFEFF\u200B# c\u2029 \u00A0c@b.c\u00A0 : \u3000p w\u200D: \tjp\u2060 : " +
             session_a + "\uFEFF\n\t\u3000\n");
    CHECK(faults_of(result).empty());
    REQUIRE(result.accounts.size() == 3);
    CHECK(result.rows[0].line == 1);
    CHECK(result.rows[1].line == 2);
    CHECK(result.rows[2].line == 5);
    CHECK(result.accounts[2].email == "c@b.c");
    CHECK(result.accounts[2].password == "p w");
    CHECK(result.accounts[2].region == Region::jp);
    CHECK(result.accounts[2].session_id == session_a);
}

TEST_CASE("UTF-16 with a byte order mark is text like any other")
{
    const std::u16string text = u"\uFEFFa@b.c:p\u00E4\U0001F600\r\nb@b.c:pw\r\nc@b.c:\xD800x";
    std::string little;
    std::string big;
    for (const char16_t unit : text) {
        little += {static_cast<char>(unit & 0xFF), static_cast<char>(unit >> 8)};
        big += {static_cast<char>(unit >> 8), static_cast<char>(unit & 0xFF)};
    }
    for (const std::string& bytes : {little, big}) {
        const ImportResult result = read(bytes);
        REQUIRE(result.accounts.size() == 2);
        CHECK(result.accounts[0].password == "pä😀");
        CHECK(faults_of(result) ==
              std::vector<std::string>{
                  "line 3: the line contains unreadable characters: save the file as UTF-8"});  // half a character
    }
    CHECK(faults_of(read(little + "x")).size() == 1);
}

TEST_CASE("one separator for a whole text, the one that most lines have")
{
    struct Row {
        std::string text;
        std::string separator;
        std::string password;
    };
    const std::vector<Row> rows{
        {"a@b.c----pw", "----", "pw"},
        {"a@b.c----p:w----jp----" + session_a, "----", "p:w"},
        {"a@b.c----p----w", "----", "p----w"},
        {"a@b.c:p----w", ":", "p----w"},
        {"a@b.c\tpw\tjp\t" + session_a + "\t", "\t", "pw"},
        {"a@b.c | p|w | jp", "|", "p|w"},
        {"a@b.c,p,w,jp," + session_a, ",", "p,w"},
        {"a@b.c;pw;jp;sessionid=" + session_a + ";", ";", "pw"},
        {"a@b.c;p,w", ";", "p,w"},
        {"a@b.c,p;w", ",", "p;w"},
        {"\"a@b.c\",\"p,\"\"w\"\"\",jp", ",", "p,\"w\""},
        {"a@b.c,\"p,w\"", ",", "p,w"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const ImportResult result = read(row.text + "\n" + row.text);
        CHECK((result.form == ImportForm{.kind = ImportForm::Kind::lines, .separator = row.separator, .columns = {}}));
        REQUIRE_MESSAGE(result.accounts.size() == 1, only_fault(row.text + "\n" + row.text));
        CHECK(result.accounts[0].password == row.password);
        if (has(row.text, "jp")) CHECK(result.accounts[0].region == Region::jp);
        if (has(row.text, session_a)) CHECK(result.accounts[0].session_id == session_a);
    }
    CHECK(read("a@b.c----pw\nb@b.c:pw\nc@b.c----p").form.separator == "----");
    CHECK(read("a@b.c,pw\nb@b.c:pw").form.separator == ",");  // of two that are as frequent, the earlier one
    CHECK(read("# none").form == ImportForm{});
}

TEST_CASE("a line that is separated in another way than the text is at fault")
{
    CHECK(only_fault("a@b.c----pw\nb@b.c:pw\nc@b.c----pw") ==
          "line 2: this line is separated by \":\", but the others by \"----\"");
    CHECK(only_fault("a@b.c:pw\nb@b.c----p:w\nc@b.c:pw") ==
          "line 2: this line is separated by \"----\", but the others by \":\"");
    CHECK(only_fault("a@b.c\tpw\nb@b.c pw\nc@b.c\tpw") ==
          "line 2: this line is not separated by a tab like the others");
    CHECK(only_fault("a@b.c:pw\n" + session_a) == "line 2: this is only a session ID, unlike the other lines");
    CHECK(only_fault("a@b.c,pw\nb@b.c,p:w\nc@b.c,pw") ==
          "line 2: this line is separated by \":\", but the others by \",\"");
    CHECK(read("a@b.c:pw\nb@b.c----pw").accounts.size() == 1);
}

TEST_CASE("a part of a text is read in the form of the whole")
{
    const ImportOptions dashes{.form = ImportForm{.kind = ImportForm::Kind::lines, .separator = "----", .columns = {}}};
    const ImportResult result = read_import("a@b.c:pw\nb@b.c:pw\nc@b.c----pw", "", dashes);
    CHECK(faults_of(result).size() == 2);
    REQUIRE(result.accounts.size() == 1);
    CHECK(result.accounts[0].email == "c@b.c");
}

TEST_CASE("a session id alone makes an account that is named by its first digits")
{
    const ImportResult result =
        read(session_b + "\nHK-" + std::string(32, 'A') + "\n\"sessionid=" + session_a.substr(1) + "b;\"\na@b.c:pw");
    CHECK(result.form.kind == ImportForm::Kind::sessions);
    REQUIRE(result.accounts.size() == 2);
    CHECK(result.accounts[0].email == "0123456789ab@session");
    CHECK(result.accounts[0].session_id == session_b);
    CHECK(result.accounts[0].password.empty());
    CHECK(result.accounts[1].region == Region::hk);
    CHECK(result.accounts[1].session_id == session_a);
    CHECK(faults_of(result) == std::vector<std::string>{"line 4: this is not a session ID, unlike the other lines"});
    CHECK_FALSE(email_fault(result.accounts[0].email));
    CHECK(result.duplicates.size() == 1);  // it begins with the same digits
}

TEST_CASE("an account of CN needs no password; one of another region does")
{
    const ImportOptions china{.region = Region::cn, .form = {}};
    CHECK(read_import("a@b.c::" + session_a, "", china).accounts.size() == 1);
    CHECK(read_import("a@b.c:" + session_a, "", china).accounts.size() == 1);
    CHECK(faults_of(read_import("a@b.c:", "", china)).size() == 1);  // it would be good for nothing
    CHECK(only_fault("a@b.c::hk:" + session_a) ==
          "line 1: the password is missing: a session ID follows the email address");
    CHECK(faults_of(read_import("a@b.c::hk:" + session_a, "", china)).size() == 1);
}

TEST_CASE("a line in matching quotes is taken out of them")
{
    for (const char* line : {"\"a@b.c:pw\"", " 'a@b.c:pw' ", "“a@b.c:pw”", "‘ a@b.c:pw ’"}) {
        CAPTURE(line);
        const ImportResult result = read(line);
        REQUIRE(result.accounts.size() == 1);
        CHECK(result.accounts[0].email == "a@b.c");
        CHECK(result.accounts[0].password == "pw");
    }
    CHECK(read("a@b.c:\"pw\"").accounts.at(0).password == "\"pw\"");
    CHECK(only_fault("\"a@b.c\":\"pw\"") == "line 1: the email address ends with a quote");
}

TEST_CASE("a table with a head")
{
    const ImportResult result = read(
        "Password,E-Mail,Region,session,proxy,points,note\r\n"
        "\"p,w\"\"1\",a@b.c,jp,HK-x_1,,,\r\n"
        "pw, b@b.c ,,,\"http://u,s:p@ w@h:1\",7.5,\"x, y\"\r\n"
        "pw,c@b.c,,sessionid=" +
        session_a +
        ";,,,\r\n"
        "pw,d@b.c\r\n"
        "pw,e@b.c,mars,,,,\r\n"
        "\"pw,f@b.c,,,,,\r\n"
        "pw,g@b.c,,,ftp://h,,\r\n"
        "pw,h@b.c,,,,many,\r\n"
        ",i@b.c,cn," +
        session_a +
        ",,,\r\n"
        "pw,a b@b.c,,,,,\r\n");
    CHECK((result.form ==
           ImportForm{.kind = ImportForm::Kind::table,
                      .separator = ",",
                      .columns = {"password", "email", "region", "session_id", "proxy_url", "points", "note"}}));
    CHECK(faults_of(result) ==
          std::vector<std::string>{
              "line 2: the region is JP, but the session ID’s prefix says HK",
              "line 5: the line has 2 fields, but the header row has 7",
              "line 6: the region must be one of us, hk, jp, sg, cn", "line 7: the line has an unclosed quote",
              "line 8: the proxy must be an http, https, socks4 or socks5 URL",
              "line 9: the points must be a number, 0 or more", "line 11: the email address contains spaces"});
    REQUIRE(result.accounts.size() == 3);
    CHECK(result.accounts[0].proxy_url == "http://u%2Cs:p%40%20w@h:1");
    CHECK(result.accounts[0].points == 7.5);
    CHECK_FALSE(result.accounts[0].region);
    CHECK(result.accounts[1].session_id == session_a);
    CHECK(result.accounts[2].region == Region::cn);

    const ImportResult tabs = read("邮箱\t密码\t会话\na@b.c\tp:w\t\n");
    REQUIRE(tabs.accounts.size() == 1);
    CHECK(tabs.accounts[0].password == "p:w");
    const ImportOptions rest{.form = tabs.form};
    CHECK(read_import("b@b.c\tpw", "", rest).accounts.at(0).email == "b@b.c");  // a slice without the head
    CHECK(read("email,note\na@b.c,x").form.kind == ImportForm::Kind::lines);    // a head without anything to import
}

TEST_CASE("this program's own table has its guards before formulas taken off")
{
    const std::string head = "id,email,region,password,session_id\n";
    CHECK(read(head + "1,'=a@b.c,us,'+pw,").accounts.at(0).password == "+pw");
    CHECK(read(head + "1,'=a@b.c,us,'+pw,").accounts.at(0).email == "=a@b.c");
    CHECK(read("email,password\na@b.c,'+pw").accounts.at(0).password == "'+pw");
}

TEST_CASE("the export of this program")
{
    const std::string one = R"({"email": "a@b.c", "password": "p:w", "region": "jp", "session_id": ")" + session_a +
                            R"(", "proxy_url": "http://u:p@w@h", "points": 5, "created_at": "2026-11-22T12:00:00Z"})";
    const auto text = [](const std::string& accounts, const std::string& more = "") {
        return R"({"format": "dreamina-export", "version": 1, "settings": {"X": 1}, "models": [{}])" + more +
               R"(, "accounts": [)" + accounts + "]}";
    };
    const ImportResult result = read("\uFEFF\n" + text(one + R"(, {"email": "b@b.c", "password": 7}, 5, )" + one));
    CHECK(result.form.kind == ImportForm::Kind::json_export);
    CHECK_FALSE(result.fault);
    REQUIRE(result.accounts.size() == 1);
    CHECK(result.accounts[0].password == "p:w");
    CHECK(result.accounts[0].region == Region::jp);
    CHECK(result.accounts[0].session_id == session_a);
    CHECK(result.accounts[0].proxy_url == "http://u:p%40w@h");
    CHECK(result.accounts[0].points == 5);
    CHECK(faults_of(result) == std::vector<std::string>{"account 2: password must be a string",
                                                        "account 3: this is not a valid account of an export"});
    CHECK(result.rows.at(3).same_as == 1);

    CHECK(read("{").fault->code == "import.export_unreadable");
    CHECK(read("{}").fault->code == "import.export_other");
    CHECK(read(R"({"format": "dreamina-export", "accounts": 5})").fault->code == "import.export_empty");
    CHECK(read(R"({"format": "dreamina-export", "sealed": "x"})").fault->code == "import.export_sealed");
    CHECK(read_import(text(one), session_a).fault->code == "import.sessions_beside_export");
}

TEST_CASE("the bound of a field is told under its present and its former name")
{
    const auto result = read("a@b.c:" + std::string(max_password_length + 1, 'p'));
    CHECK(result.rows.at(0).fault == Message{"import.password_too_long", {{"max", 1024}, {"most", 1024}}});
}

TEST_CASE("nothing in, nothing out")
{
    for (const char* text : {"", "\n\r\n", "\xEF\xBB\xBF", "# only a comment", " "}) {
        const ImportResult result = read(text);
        CHECK(result.accounts.empty());
        CHECK(faults_of(result).empty());
    }
}

TEST_CASE("a fault names the line as an editor counts and what is wrong with it")
{
    const std::vector<std::pair<std::string, std::string>> rows{
        {"no-colon-here", "line 1: there is no colon: expected email:password"},
        {"# c\n\na@b.c:pw\nx@y.z", "line 4: there is no colon: expected email:password"},
        {":pw", "line 1: the email address is missing"},
        {"a@b.c:", "line 1: the password is missing"},
        {"a@b.c:  ", "line 1: the password is missing"},
        {"a@b.c:" + session_a, "line 1: the password is missing: a session ID follows the email address"},
        {"a@b.c:us:" + session_a, "line 1: the password is missing: a session ID follows the email address"},
        {"a@b.c::" + session_a, "line 1: the password is missing: a session ID follows the email address"},
        {"abc:pw", "line 1: the email address must contain exactly one @, with text on both sides"},
        {"@b.c:pw", "line 1: the email address must contain exactly one @, with text on both sides"},
        {"a@:pw", "line 1: the email address must contain exactly one @, with text on both sides"},
        {"a@b@c:pw", "line 1: the email address must contain exactly one @, with text on both sides"},
        {"a b@c.d:pw", "line 1: the email address contains spaces"},
        {"a\u00A0b@c.d:pw", "line 1: the email address contains an invisible character (U+00A0)"},
        {"a@b\u200B.c:pw", "line 1: the email address contains an invisible character (U+200B)"},
        {"a@b.c：pw", "line 1: the colon is a full-width one (：): use a plain one (:)"},
        {"a@b.c：pw:us", "line 1: the colon is a full-width one (：): use a plain one (:)"},
        {"a@b.c:us", "line 1: the password is missing: a region follows the email address"},
        {"a\t@b.c:pw", "line 1: the email address contains control characters"},
        {std::string("a@b.c:p\0w", 9), "line 1: the password contains control characters"},
        {"a@b.c:p\tw", "line 1: the password contains control characters"},
        {"a@b.c:pw\rw", "line 2: there is no colon: expected email:password"},
        {"a@b.c:p\uFFFDw", "line 1: the line contains unreadable characters: save the file as UTF-8"},
        {"a@b.c:p\xFFw", "line 1: the line contains unreadable characters: save the file as UTF-8"},
        {"a@b.c:pw:us:hk-" + session_a, "line 1: the region is US, but the session ID’s prefix says HK"},
        {std::string(max_email_length, 'x') + "@b.c:pw", "line 1: the email address is longer than 254 bytes"},
        {"a@b.c:" + std::string(max_password_length + 1, 'p'), "line 1: the password is longer than 1024 bytes"},
        {"a@b.c:pw:" + std::string(max_session_length + 1, 'a'), "line 1: the session ID is longer than 1024 bytes"},
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
    CHECK(faults_of(result).size() == 6);
    for (const std::string& fault : faults_of(result)) {
        CHECK_FALSE(has(fault, secret));
        CHECK_FALSE(has(fault, session_b));
    }
}

TEST_CASE("an e-mail address stands for one account, however it is written; the first line wins")
{
    const ImportResult result = read("a@b.c:one\nA@B.C:two\nb@b.c:three\na@b.c:four\n");
    CHECK(faults_of(result).empty());
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
        read_import("# two\na@b.c:p:w\n\nb@b.c:pw:usa\n",
                    "\xEF\xBB\xBF" + session_a + "\r\n\r\n# second\r\nhk-" + session_b + " \r\n");
    CHECK(faults_of(result).empty());
    REQUIRE(result.accounts.size() == 2);
    CHECK(result.accounts[0].session_id == session_a);
    CHECK_FALSE(result.accounts[0].region);
    CHECK(result.accounts[1].password == "pw:usa");
    CHECK(result.accounts[1].session_id == session_b);
    CHECK(result.accounts[1].region == Region::hk);
}

TEST_CASE("blank session_ids are no session_ids")
{
    const ImportResult result = read_import("a@b.c:pw", " \r\n\n");
    CHECK(faults_of(result).empty());
    REQUIRE(result.accounts.size() == 1);
    CHECK_FALSE(result.accounts[0].session_id);
}

TEST_CASE("as many sessions as lines, or a fault")
{
    CHECK(only_fault("a@b.c:pw\nb@b.c:pw", session_a) ==
          "there are 1 session IDs but 2 lines of credentials; the numbers must match");
    CHECK(only_fault("a@b.c:pw", session_a + "\n" + session_b) ==
          "there are 2 session IDs but 1 lines of credentials; the numbers must match");
    CHECK(only_fault("", session_a) == "there are 1 session IDs but 0 lines of credentials; the numbers must match");
}

TEST_CASE("a session beside a line that has one must be the same")
{
    const std::string line = "\na@b.c:pw:jp:" + session_a;
    CHECK(faults_of(read_import(line, session_a)).empty());
    CHECK(faults_of(read_import(line, "jp-" + session_a)).empty());
    CHECK(only_fault(line, session_b) ==
          "line 2: the session ID in this line differs from the one in the session ID field");
    CHECK(only_fault(line, "us-" + session_a) == "line 2: the region is JP, but the session ID’s prefix says US");
}

TEST_CASE("a region in the line and another one in the session beside it are a fault")
{
    CHECK(read_import("a@b.c:pw:hk", "hk-" + session_b).accounts.at(0).region == Region::hk);
    CHECK(only_fault("a@b.c:pw:us", "hk-" + session_b) ==
          "line 1: the region is US, but the session ID’s prefix says HK");
}

TEST_CASE("what cannot be sent as a session is refused in session_ids, named by both lines")
{
    CHECK(only_fault("#\na@b.c:pw", "\n\nhunter 2") ==
          "line 2: line 3 of the session IDs must be a single session ID without spaces, commas or @");
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
    CHECK(faults_of(result).size() == 1);
    REQUIRE(result.accounts.size() == 1);
    CHECK(result.accounts[0].session_id == session_b);
}

TEST_CASE("faults are named up to a thousand, then counted")
{
    std::string text;
    for (int i = 0; i < 1500; ++i) text += "bad\n";
    const auto faults = faults_of(read(text));
    REQUIRE(faults.size() == max_faults + 1);
    CHECK(faults[max_faults - 1] == "line 1000: there is no colon: expected email:password");
    CHECK(faults.back() == "and 500 more lines with a fault");
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
    CHECK(faults_of(result).empty());
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
    CHECK_FALSE(email_fault(std::string(max_email_length - 4, 'x') + "@b.c"));
    for (const std::string bad : {"", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b c", "a:b@c", "a@b\n", "a@\x7F"})
        CHECK(email_fault(bad));
    CHECK(email_fault(std::string("a\0b@c", 5)));
    CHECK(email_fault("a@b\xC0\x80"));
    CHECK(email_fault(std::string(max_email_length - 3, 'x') + "@b.c"));
    CHECK(email_fault(std::string(1'000'000, 'x') + "@b.c"));
}
