#include "api/accounts/account_export.hpp"

#include <doctest/doctest.h>

#include "api/accounts/account_text.hpp"
#include "api/api_fixture.hpp"
#include "api/audit/audit.hpp"
#include "core/domain/import/import_line.hpp"
#include "holds.hpp"
#include "core/storage/stores/session_store.hpp"

using namespace dreamina;

namespace {

const std::string exported_session(32, 'a');

class Export : public ApiFixture {
public:
    AccountId add(const std::string& email, const std::string& password, Region region = Region::us,
                  const std::optional<std::string>& with_session = exported_session)
    {
        return accounts().add({.email = email,
                               .password = password,
                               .region = region,
                               .session_id = with_session,
                               .proxy_url = "http://u:p@h",
                               .points = 1.5},
                              now);
    }
    Reply ask(const Json& body)
    {
        return reply(account_export_routes(), request("POST", "/api/accounts/export", body.dump()));
    }
    Json refused(const Json& body, int status)
    {
        const Reply answer = ask(body);
        CHECK_MESSAGE(answer.status == status, answer.body);
        return Json::parse(answer.body);
    }
    Json trail() { return Json::parse(reply(audit_routes(), request("GET", "/api/audit")).body)["items"]; }
};

}  // namespace

TEST_CASE("the table has secrets only for callers who know the password")
{
    Export api;
    const AccountId a = api.add("a@x.org", "Secret-a");
    api.add("b@x.org", "Secret-b", Region::hk, std::nullopt);
    api.database().run("INSERT INTO account_usage VALUES (?, 'jimeng-4.0', 7)", a);
    Reply answer = api.ask({{"format", "csv"}});
    REQUIRE(answer.status == 200);
    CHECK(*find_header(answer.headers, "Content-Type") == "text/csv; charset=utf-8");
    CHECK(*find_header(answer.headers, "Content-Disposition") == "attachment; filename=\"accounts-2026-11-22.csv\"");
    CHECK(answer.body.starts_with("id,email,region,status,"));
    CHECK(holds(answer.body, ",calls_jimeng-4.0,"));
    CHECK(holds(answer.body, "\r\n1,a@x.org,us,active,,1.5,0,0,0,,2026-11-22T12:00:00.000Z,"));
    CHECK(holds(answer.body, "\r\n2,b@x.org,hk,no_session,"));
    for (const char* secret : {"Secret", "aaaaaaaa", "u:p@h", "password"}) CHECK_FALSE(holds(answer.body, secret));

    answer = api.ask({{"format", "csv"}, {"password", "admin123"}, {"accounts", {{"region", "us"}}}});
    CHECK(holds(answer.body, ",password,session_id,proxy_url\r\n"));
    CHECK(answer.body.ends_with(",Secret-a," + exported_session + ",http://u:p@h\r\n"));
    CHECK_FALSE(holds(answer.body, "b@x.org"));
    CHECK(holds(api.ask({{"format", "csv"}, {"accounts", {2, 77}}}).body, "b@x.org"));

    const Json rows = api.trail();
    REQUIRE(rows.size() == 3);
    CHECK(rows[1]["action"] == "export");
    CHECK(rows[1]["new"] ==
          Json{{"format", "csv"}, {"accounts", 1}, {"secrets", true}, {"filter", {{"region", "us"}}}});
}

TEST_CASE("the lines of an import are read back as they were, whatever the password")
{
    Export api;
    const std::vector<std::string> passwords{"plain",     "with:colons::in:it",    ":",    "us", "x:us",
                                             "pass word", "x:" + exported_session, "密码", "#"};
    for (std::size_t i = 0; i < passwords.size(); ++i) {
        api.add("s" + std::to_string(i) + "@x.org", passwords[i], Region::jp);
        if (!passwords[i].ends_with(exported_session))
            api.add("n" + std::to_string(i) + "@x.org", passwords[i], Region::us, std::nullopt);
    }
    const Reply answer = api.ask({{"format", "import"}, {"password", "admin123"}});
    REQUIRE(answer.status == 200);
    CHECK(*find_header(answer.headers, "Content-Type") == "text/plain; charset=utf-8");
    const ImportResult read = read_import(answer.body, "");
    CHECK(named_faults(read).empty());
    REQUIRE(read.accounts.size() == 2 * passwords.size() - 1);
    for (const ImportedAccount& found : read.accounts) {
        const Account known = api.accounts().find(api.accounts().id_of(found.email).value()).value();
        CHECK(found.password == known.password);
        CHECK(found.session_id == known.session_id);
        CHECK(found.region.value_or(Region::us) == known.region);
    }
}

TEST_CASE("what a line cannot say is a comment")
{
    Export api;
    api.add("odd@x.org", "p", Region::us, "not-hexadecimal");
    api.add("trap@x.org", "x:" + exported_session, Region::us, std::nullopt);
    api.add("blank@x.org", "blank at its end ", Region::us, std::nullopt);
    const std::string text = api.ask({{"format", "import"}, {"password", "admin123"}}).body;
    CHECK(text ==
          "# odd@x.org: its session cannot be told in this form\nodd@x.org:p\n"
          "trap@x.org:x:" +
              exported_session +
              ":us\n"
              "# blank@x.org: its password cannot be told in this form\n");
}

TEST_CASE("a spreadsheet sees no formula, and no field breaks its row")
{
    Account account;
    account.email = "=1+1@x.org";
    account.password = "a,\"b\"";
    account.session_id = "-x";
    account.proxy_url = "@x";
    const std::string text = accounts_csv({account}, {"+m"}, true);
    CHECK(holds(text, ",calls_+m,"));
    CHECK(holds(text, "\r\n0,'=1+1@x.org,us,"));
    CHECK(text.ends_with(",0,\"a,\"\"b\"\"\",'-x,'@x\r\n"));
}

TEST_CASE("an export that is refused")
{
    Export api;
    api.add("a@x.org", "Secret-a");
    CHECK(api.refused({{"format", "import"}}, 403)["code"] == "password_required");
    CHECK(api.refused({{"format", "import"}, {"password", "wrong"}}, 403)["code"] == "wrong_password");
    CHECK(api.refused({{"format", "csv"}, {"password", "wrong"}}, 403)["code"] == "wrong_password");
    CHECK(api.refused({{"format", "pdf"}}, 422)["detail"] == "format must be one of csv, import");
    CHECK(api.refused({{"accounts", {1}}}, 422)["detail"] == "format is required");
    CHECK(api.refused({{"format", "csv"}, {"accounts", {{"region", "mars"}}}}, 422)["code"] == "invalid_field");
    CHECK(api.trail()[0]["action"] == "failed_login");
}

TEST_CASE("guesses made with another's session are slowed down as at the login")
{
    Export api;
    SessionStore{api.database()}.add(session_digest("token", api.settings().admin_password), api.now, "127.0.0.1", "");
    const auto guess = [&](const std::string& password) {
        Request wanted =
            Export::request("POST", "/api/accounts/export", Json{{"format", "csv"}, {"password", password}}.dump());
        wanted.headers = {{"Cookie", "dreamina_session=token"}, {"X-Requested-With", "dreamina"}};
        return api.reply(account_export_routes(), std::move(wanted));
    };
    CHECK(guess("admin123").status == 200);
    Reply last;
    for (int i = 0; i < 30 && last.status != 429; ++i) last = guess("guess" + std::to_string(i));
    CHECK(last.status == 429);
    CHECK(find_header(last.headers, "Retry-After") != nullptr);
    CHECK(guess("admin123").status == 429);
}
