#include "api/session.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/account_json.hpp"
#include "base/secret.hpp"
#include "storage/model_store.hpp"
#include "storage/session_store.hpp"

namespace dreamina {
namespace {

Outcome log_in(Call& call);
Outcome log_out(Call& call);
Outcome me(Call& call);

}  // namespace

std::vector<Route> session_routes()
{
    return {
        {"POST", "/api/login", Access::open, log_in},
        {"POST", "/api/logout", Access::open, log_out},
        {"GET", "/api/me", Access::admin, me},
    };
}

namespace {

constexpr std::size_t token_bytes = 32;

std::string cookie_header(const Request& request, std::string_view value, std::chrono::seconds lifetime)
{
    return fmt::format("{}={}; Path=/api; HttpOnly; SameSite=Strict; Max-Age={}{}", session_cookie, value,
                       lifetime.count(), request.over_tls ? "; Secure" : "");
}

Outcome log_in(Call& call)
{
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());
    const auto password = reader->required("password", reader->text("password", {.min = 1, .max = 1024}));
    if (const auto faults = reader->finish(); !faults) return bad_body_reply(faults.error());
    if (!call.services.passwords.matches(password, call.settings().admin_password))
        return error_reply(401, {"wrong_password", "the password is wrong"});

    const std::string token = random_hex(token_bytes);
    SessionStore sessions{call.database};
    sessions.remove_expired(call.now);
    sessions.add(secret_digest(token), call.now);
    Reply reply = json_reply(200, {{"message", "Logged in"}});
    reply.headers.push_back({"Set-Cookie", cookie_header(call.request, token, session_age_limit)});
    return reply;
}

Outcome log_out(Call& call)
{
    if (const auto token = call.request.cookie(session_cookie)) {
        if (auto refusal = refuse_unguarded(call.request)) return *std::move(refusal);
        SessionStore{call.database}.remove(secret_digest(*token));
    }
    Reply reply = json_reply(200, {{"message", "Logged out"}});
    reply.headers.push_back({"Set-Cookie", cookie_header(call.request, "", std::chrono::seconds{0})});
    return reply;
}

Outcome me(Call& call)
{
    Json regions = Json::array();
    for (const Region region : all_regions) regions.push_back(to_string(region));
    Json statuses = Json::array();
    for (const AccountStatus status : all_statuses) statuses.push_back(to_string(status));
    Json models = Json::array();
    for (const Model& model : ModelStore{call.database}.all()) {
        const auto& columns = usage_columns();
        const auto column =
            std::find_if(columns.begin(), columns.end(), [&](const UsageColumn& c) { return c.model == model.id; });
        if (column == columns.end()) continue;
        const auto limit = daily_limit(model, call.settings());
        models.push_back({{"id", model.id}, {"column", column->name}, {"limit", limit ? Json(*limit) : Json(nullptr)}});
    }
    return json_reply(200, {{"authenticated", true},
                            {"password_is_default", password_kind(call.settings().admin_password) == "default"},
                            {"version", DREAMINA_VERSION},
                            {"regions", std::move(regions)},
                            {"statuses", std::move(statuses)},
                            {"models", std::move(models)}});
}

}  // namespace
}  // namespace dreamina
