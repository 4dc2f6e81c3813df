#include "api/accounts/account_import.hpp"

#include <doctest/doctest.h>

#include "api/accounts/accounts.hpp"
#include "api/api_fixture.hpp"

using namespace dreamina;

namespace {

class Import : public ApiFixture {
public:
    Reply send(const std::string& body)
    {
        return reply(account_import_routes(), request("POST", "/api/accounts/bulk", body));
    }
    Json ask(const Json& body, int status = 200)
    {
        const Reply answer = send(body.dump());
        CHECK_MESSAGE(answer.status == status, answer.body);
        return Json::parse(answer.body);
    }
    std::int64_t count()
    {
        return Json::parse(reply(account_routes(), request("GET", "/api/accounts")).body)["total"].get<std::int64_t>();
    }
    Account named(const std::string& email)
    {
        const auto id = accounts().id_of(email);
        REQUIRE_MESSAGE(id.has_value(), email);
        return accounts().find(*id).value();
    }
};

}  // namespace

TEST_CASE("every form of a line, in one import")
{
    Import api;
    const Json answer = api.ask({{"credentials",
                                  "\xEF\xBB\xBF# a comment\r\n"
                                  "a@x.example:simple\r\n"
                                  "\r\n"
                                  "b@x.example:with:colons:in:it  \r\n"
                                  "c@x.example:pw:" +
                                      session_a +
                                      "\n"
                                      "d@x.example:p:w:jp:" +
                                      session_a +
                                      "\n"
                                      "e@x.example:pw:sg-" +
                                      session_b +
                                      "\n"
                                      "f@x.example:pw:us\n"
                                      "g@x.example::cn:" +
                                      session_a},
                                 {"region", "hk"},
                                 {"points", 7}});
    CHECK(answer == Json{{"message", "成功创建 7 个账户"},
                         {"created_count", 7},
                         {"skipped", {{"duplicate_in_input", Json::array()}, {"duplicate_in_db", Json::array()}}},
                         {"total_skipped", 0}});
    CHECK(api.named("a@x.example").password == "simple");
    CHECK(api.named("a@x.example").region == Region::hk);
    CHECK(api.named("a@x.example").points == 7);
    CHECK_FALSE(api.named("a@x.example").session_id);
    CHECK(api.named("b@x.example").password == "with:colons:in:it");
    CHECK(api.named("c@x.example").session_id == session_a);
    CHECK(api.named("c@x.example").region == Region::hk);
    CHECK(api.named("d@x.example").password == "p:w");
    CHECK(api.named("d@x.example").region == Region::jp);
    CHECK(api.named("e@x.example").region == Region::sg);
    CHECK(api.named("e@x.example").session_id == session_b);
    CHECK(api.named("f@x.example").password == "pw");
    CHECK(api.named("f@x.example").region == Region::us);
    CHECK(api.named("g@x.example").password.empty());
    CHECK(api.named("g@x.example").region == Region::cn);
}

TEST_CASE("sessions line by line beside the credentials")
{
    Import api;
    const Json answer = api.ask({{"credentials", "a@x.example:pw\n\nb@x.example:pw"},
                                 {"session_ids", session_a + "\n# comment\ncn-" + session_b + "\n"}});
    CHECK(answer["created_count"] == 2);
    CHECK(api.named("a@x.example").session_id == session_a);
    CHECK(api.named("a@x.example").region == Region::us);
    CHECK(api.named("a@x.example").points == 120);
    CHECK(api.named("b@x.example").session_id == session_b);
    CHECK(api.named("b@x.example").region == Region::cn);
}

TEST_CASE("addresses that are known or stand twice are passed over and named")
{
    Import api;
    api.ask({{"credentials", "known@x.example:old"}});
    const Json answer = api.ask({{"credentials", "new@x.example:one\nKNOWN@x.example:two\nNew@x.example:three"}});
    CHECK(answer["created_count"] == 1);
    CHECK(answer["skipped"] ==
          Json{{"duplicate_in_input", {"New@x.example"}}, {"duplicate_in_db", {"KNOWN@x.example"}}});
    CHECK(answer["total_skipped"] == 2);
    CHECK(api.named("known@x.example").password == "old");
    CHECK(api.named("new@x.example").password == "one");
    CHECK(api.count() == 2);
}

TEST_CASE("a malformed line: 400, its number, never its password, and nothing is written")
{
    Import api;
    const Json answer = api.ask({{"credentials",
                                  "good@x.example:geheim1\n"
                                  "no-colon\n"
                                  "no-at:geheim2\n"
                                  "\n"
                                  ":geheim3\n"
                                  "x@x.example:\n"
                                  "y@x.example:" +
                                      session_a +
                                      "\n"
                                      "z@x.example:geheim4:us:hk-" +
                                      session_a}},
                                400);
    CHECK(answer["code"] == "malformed_lines");
    const Json& errors = answer["detail"]["parse_errors"];
    REQUIRE(errors.size() == 6);
    const int numbers[] = {2, 3, 5, 6, 7, 8};
    for (std::size_t i = 0; i < 6; ++i)
        CHECK(errors[i].get<std::string>().starts_with("line " + std::to_string(numbers[i]) + ":"));
    CHECK(answer.dump().find("geheim") == std::string::npos);
    CHECK(answer.dump().find(session_a) == std::string::npos);
    CHECK(api.count() == 0);

    CHECK(api.ask({{"credentials", "a@x.example:pw\nb@x.example:pw"}, {"session_ids", session_a}},
                  400)["detail"]["parse_errors"]
              .size() == 1);
    CHECK(api.count() == 0);
}

TEST_CASE("faulty lines are left out and named where that is asked for")
{
    Import api;
    const std::string lines = "good@x.example:pw\nno colon geheim\ngood@x.example:pw\nother@x.example:";
    CHECK(api.ask({{"credentials", lines}, {"skip_faulty", false}}, 400)["code"] == "malformed_lines");
    CHECK(api.count() == 0);
    const Json answer = api.ask({{"credentials", lines}, {"skip_faulty", true}});
    CHECK(answer["created_count"] == 1);
    CHECK(answer["skipped"]["duplicate_in_input"] == Json{"good@x.example"});
    CHECK(answer["faulty"] ==
          Json{{"count", 2},
               {"parse_errors",
                {"line 2: there is no colon: expected email:password", "line 4: the password is missing"}}});
    CHECK(api.count() == 1);
    CHECK(api.ask({{"credentials", "x@x.example:pw"}, {"skip_faulty", true}})["faulty"]["count"] == 0);
    // What cannot be read at all is no matter of single lines.
    CHECK(api.ask(
              {{"credentials", "y@x.example:pw"}, {"session_ids", session_a + "\n" + session_b}, {"skip_faulty", true}},
              400)["code"] == "malformed_lines");
    CHECK(api.ask({{"credentials", "{"}, {"skip_faulty", true}}, 400)["code"] == "malformed_lines");
}

TEST_CASE("a dry run says what would come of each line, without a secret, and writes nothing")
{
    Import api;
    api.ask({{"credentials", "known@x.example:old"}});
    const Json answer = api.ask({{"credentials", "# c\none@x.example----geheim1----jp----" + session_a +
                                                     "\nKnown@x.example----geheim2\ngeheim3\nONE@x.example----geheim4\n"
                                                     "two@x.example----cn----" +
                                                     session_b},
                                 {"dry_run", true}});
    CHECK(answer["form"] == Json{{"kind", "lines"}, {"separator", "----"}, {"columns", Json::array()}});
    CHECK(answer["fault"].is_null());
    const Json& rows = answer["items"];
    REQUIRE(rows.size() == 5);
    CHECK(rows[0] == Json{{"line", 2},
                          {"session_line", nullptr},
                          {"email", "one@x.example"},
                          {"region", "jp"},
                          {"has_password", true},
                          {"has_session", true},
                          {"fault", nullptr},
                          {"same_as", nullptr},
                          {"known", false}});
    CHECK(rows[1]["known"] == true);
    CHECK(rows[1]["region"].is_null());
    CHECK(rows[2]["email"].is_null());
    const Json separator{{"code", "separator.sign"}, {"params", {{"sign", "----"}}}};
    CHECK(rows[2]["fault"] == Json{{"code", "no_separator"},
                                   {"params", {{"wanted", "----"}, {"wanted_name", separator}}},
                                   {"message", "this line is not separated by \"----\" like the others"},
                                   {"facts", {{"wanted", "----"}}}});
    CHECK(rows[3]["same_as"] == 2);
    CHECK(rows[4]["has_password"] == false);
    CHECK(answer.dump().find("geheim") == std::string::npos);
    CHECK(answer.dump().find(session_a) == std::string::npos);
    CHECK(api.count() == 1);

    const Json beside =
        api.ask({{"credentials", "\na@x.example:pw"}, {"session_ids", "\n\n" + session_a}, {"dry_run", true}});
    CHECK(beside["items"][0]["session_line"] == 3);
    const Json unequal = api.ask({{"credentials", ""}, {"session_ids", session_a}, {"dry_run", true}});
    CHECK(unequal["fault"]["code"] == "unequal");
    CHECK(unequal["fault"]["facts"] == Json{{"sessions", "1"}, {"credentials", "0"}});
}

TEST_CASE("lines are read in the form that a dry run has found for the whole")
{
    Import api;
    const Json form = api.ask({{"credentials", "email;password\na@x.example;pw"}, {"dry_run", true}})["form"];
    CHECK(form == Json{{"kind", "table"}, {"separator", ";"}, {"columns", {"email", "password"}}});
    CHECK(api.ask({{"credentials", "a@x.example;\"p;w\""}, {"form", form}})["created_count"] == 1);
    CHECK(api.named("a@x.example").password == "p;w");
    for (const char* text : {"a@x.example:pw", "a@x.example----pw", "", "0123456789abcdef0123456789abcdef",
                             R"({"format": "dreamina-export", "accounts": []})"}) {
        const Json found = api.ask({{"credentials", text}, {"dry_run", true}})["form"];
        CHECK(api.ask({{"credentials", text}, {"form", found}, {"dry_run", true}})["form"] == found);
    }
}

TEST_CASE("a proxy and points of a table are stored with the account")
{
    Import api;
    api.ask(
        {{"credentials", "email,password,proxy_url,points\na@x.example,pw,\"http://u:p@,@h:1\",7\nb@x.example,pw,,"},
         {"points", 9}});
    CHECK(api.named("a@x.example").proxy_url == "http://u:p%40%2C@h:1");
    CHECK(api.named("a@x.example").points == 7);
    CHECK(api.named("b@x.example").points == 9);
    CHECK_FALSE(api.named("b@x.example").proxy_url);
}

TEST_CASE("a body that is not what it must be")
{
    Import api;
    const std::string line = R"("credentials":"a@x.example:pass-word")";
    const Scenario scenarios[] = {
        {"nothing", "", "", "", 400, "malformed_json"},
        {"no JSON", "", "", "a@x.example:pass-word", 400, "malformed_json"},
        {"no credentials", "", "", "{}", 422, "credentials is required"},
        {"null credentials", "", "", R"({"credentials":null})", 422, "credentials must not be null"},
        {"a list of lines", "", "", R"({"credentials":["a@x.example:pass-word"]})", 422,
         "credentials must be a string"},
        {"a NUL", "", "", R"({"credentials":"a@x.example:a\u0000b"})", 422, "credentials must not"},
        {"an unknown region", "", "", "{" + line + R"(,"region":"xx"})", 422, "region must"},
        {"points as a text", "", "", "{" + line + R"(,"points":"5"})", 422, "points must"},
        {"points below 0", "", "", "{" + line + R"(,"points":-5})", 422, "points must"},
        {"sessions as a list", "", "", "{" + line + R"(,"session_ids":["x"]})", 422, "session_ids must"},
        {"an unknown field", "", "", "{" + line + R"(,"lines":1})", 422, "lines"},
        {"skip_faulty as a text", "", "", "{" + line + R"(,"skip_faulty":"yes"})", 422, "skip_faulty must"},
        {"dry_run as a number", "", "", "{" + line + R"(,"dry_run":1})", 422, "dry_run must"},
        {"an unknown form", "", "", "{" + line + R"(,"form":{"kind":"xml"}})", 422, "form.kind must"},
        {"lines without a separator", "", "", "{" + line + R"(,"form":{"kind":"lines"}})", 422, "form.separator must"},
        {"an unknown separator", "", "", "{" + line + R"(,"form":{"kind":"lines","separator":"x"}})", 422,
         "form.separator must"},
        {"a table without columns", "", "", "{" + line + R"(,"form":{"kind":"table","separator":","}})", 422,
         "form.columns must"},
        {"a table with colons", "", "", "{" + line + R"(,"form":{"kind":"table","separator":":","columns":["email"]}})",
         422, "form.separator must"},
        {"sessions with columns", "", "", "{" + line + R"(,"form":{"kind":"sessions","columns":["email"]}})", 422,
         "form.columns must"},
    };
    for (const Scenario& scenario : scenarios) {
        CAPTURE(scenario.name);
        const Reply answer = api.send(scenario.body);
        CHECK_MESSAGE(answer.status == scenario.status, answer.body);
        CHECK_MESSAGE(answer.body.find(scenario.body_part) != std::string::npos, answer.body);
        CHECK(answer.body.find("pass-word") == std::string::npos);
    }
    CHECK(api.count() == 0);
}

TEST_CASE("what may be absent may be null")
{
    Import api;
    CHECK(api.ask({{"credentials", "a@x.example:pw"},
                   {"session_ids", nullptr},
                   {"region", nullptr},
                   {"points", nullptr}})["created_count"] == 1);
    CHECK(api.named("a@x.example").points == 120);
    CHECK(api.ask({{"credentials", ""}})["created_count"] == 0);
}

TEST_CASE("a line with a long session can be edited afterwards as it is shown")
{
    Import api;
    const std::string long_session(700, 'a');
    api.ask({{"credentials", "a@x.example:" + std::string(700, 'p') + ":" + long_session}});
    const Json row =
        Json::parse(api.reply(account_routes(), ApiFixture::request("GET", "/api/accounts")).body)["items"][0];
    CHECK(row["session_id"] == long_session);
    const Reply changed =
        api.reply(account_routes(), ApiFixture::request("PUT", "/api/accounts/" + row["id"].dump(), row.dump()));
    CHECK_MESSAGE(changed.status == 200, changed.body);
}

TEST_CASE("ten thousand lines are one import")
{
    Import api;
    std::string lines;
    for (int i = 0; i < 10'000; ++i) lines += "user" + std::to_string(i) + "@x.example:pw\n";
    CHECK(api.ask({{"credentials", lines}})["created_count"] == 10'000);
    CHECK(api.ask({{"credentials", lines}})["total_skipped"] == 10'000);
    CHECK(api.count() == 10'000);
    // Written in pieces, yet one row of the audit trail that has them all.
    auto audit = api.database().query(
        "SELECT count(DISTINCT a.id) AS imports, max(a.new_fields) AS fields, sum(r.last_id - r.first_id + 1) AS "
        "accounts "
        "FROM audit a JOIN audit_accounts r ON r.audit_id = a.id WHERE a.action = 'import'");
    REQUIRE(audit.next());
    CHECK(audit.integer("imports") == 1);
    CHECK(audit.integer("accounts") == 10'000);
    CHECK(Json::parse(audit.text("fields"))["created"] == 10'000);
}
