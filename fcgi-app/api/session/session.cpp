#include "api/session/session.hpp"

#include <algorithm>

#include "api/accounts/account_json.hpp"
#include "api/audit/audit_record.hpp"
#include "api/http/query_parameters.hpp"
#include "api/session/session_cookie.hpp"
#include "net/client.hpp"
#include "core/storage/log/audit_store.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/stores/session_store.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

HandlerResult log_in(Call& call);
HandlerResult log_out(Call& call);
HandlerResult me(Call& call);
HandlerResult list_sessions(Call& call);
HandlerResult end_session(Call& call);
HandlerResult end_other_sessions(Call& call);

}  // namespace

std::vector<Route> session_routes()
{
    return {
        {"POST", "/api/login", Access::open, log_in, ThreadGroup::general, nullptr, small_body},
        {"POST", "/api/logout", Access::open, log_out, ThreadGroup::general, nullptr, small_body},
        {"GET", "/api/me", Access::admin, me},
        {"GET", "/api/sessions", Access::admin, list_sessions},
        {"DELETE", "/api/sessions", Access::admin, end_other_sessions},
        {"DELETE", "/api/sessions/{id}", Access::admin, end_session},
    };
}

namespace {

HandlerResult log_in(Call& call)
{
    if (auto refusal = refuse_foreign_page(call.request)) return *std::move(refusal);
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());
    const auto password = reader->required("password", reader->text("password", {.min = 1, .max = 1024}));
    if (const auto faults = reader->finish(); !faults) return bad_body_reply(faults.error());
    const std::string& stored = call.settings().admin_password;
    const ClientAddress client = client_of(call.request);
    const LoginResult login = attempt_login(call.services.passwords, call.database, password, stored, client, call.now);
    if (login.outcome != LoginResult::Outcome::right) {
        if (login.outcome == LoginResult::Outcome::wrong)
            AuditStore{call.database}.add_failed_login(call.caller, call.now);
        return failed_login_reply(login, error_reply(401, "error.wrong_password"));
    }

    SessionStore sessions{call.database};
    Transaction transaction{call.database};
    sessions.remove_expired(call.now);
    // Knowing the browser's earlier session is worth nothing after this login.
    if (const auto earlier = call.request.cookie(session_cookie)) sessions.remove(session_digest(*earlier, stored));
    const NewSession session = begin_session(call, stored);
    call.caller.kind = CallerKind::session;
    call.caller.session = std::to_string(session.id);
    record_audit(call, AuditAction::login, {.kind = AuditSubject::session, .id = call.caller.session, .name = {}});
    transaction.commit();
    Reply reply = json_reply(200, {{"message", "Logged in"}});
    reply.headers.push_back(session.cookie);
    return reply;
}

HandlerResult log_out(Call& call)
{
    if (const auto token = call.request.cookie(session_cookie)) {
        if (auto refusal = refuse_foreign_page(call.request)) return *std::move(refusal);
        if (auto refusal = refuse_unguarded(call.request)) return *std::move(refusal);
        SessionStore sessions{call.database};
        const std::string digest = session_digest(*token, call.settings().admin_password);
        Transaction transaction{call.database};
        if (const auto session = sessions.find(digest, call.now)) {
            call.caller.kind = CallerKind::session;
            call.caller.session = std::to_string(*session);
            record_audit(call, AuditAction::logout,
                         {.kind = AuditSubject::session, .id = call.caller.session, .name = {}});
        }
        sessions.remove(digest);
        transaction.commit();
    }
    Reply reply = json_reply(200, {{"message", "Logged out"}});
    reply.headers.push_back(cookie_that_ends(call.request));
    return reply;
}

template <class Words>
Json names_of(const Words& words)
{
    Json names = Json::array();
    for (const auto word : words) names.push_back(to_string(word));
    return names;
}

HandlerResult me(Call& call)
{
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
                            {"password_is_default", call.services.passwords.is_default(call.settings().admin_password)},
                            {"version", DREAMINA_VERSION},
                            {"regions", names_of(all_regions)},
                            {"statuses", names_of(all_statuses)},
                            {"audit",
                             {{"who", names_of(all_caller_kinds)},
                              {"actions", names_of(all_audit_actions)},
                              {"subjects", names_of(all_audit_subjects)}}},
                            {"models", std::move(models)}});
}

HandlerResult list_sessions(Call& call)
{
    Json items = Json::array();
    for (const Session& session : SessionStore{call.database}.list(call.now)) {
        items.push_back({{"id", session.id},
                         {"created_at", to_rfc3339(session.created_at)},
                         {"last_seen_at", to_rfc3339(session.last_seen_at)},
                         {"expires_at", to_rfc3339(session.expires_at())},
                         {"address", session.address},
                         {"user_agent", session.user_agent},
                         {"current", session.id == call.session_id}});
    }
    return json_reply(200, {{"items", std::move(items)}});
}

HandlerResult end_session(Call& call)
{
    const auto id = captured_id(call);
    Transaction transaction{call.database};
    if (!id || !SessionStore{call.database}.remove(*id)) return error_reply(404, "error.unknown_session");
    record_audit(call, AuditAction::end_session,
                 {.kind = AuditSubject::session, .id = std::to_string(*id), .name = {}});
    transaction.commit();
    return json_reply(200, {{"message", "Session ended"}});
}

HandlerResult end_other_sessions(Call& call)
{
    Transaction transaction{call.database};
    const int ended = SessionStore{call.database}.remove_all_but(call.session_id);
    if (ended > 0)
        record_audit(call, AuditAction::end_session, {.kind = AuditSubject::session, .id = {}, .name = {}},
                     {.before = {{"others", ended}}, .after = {{"others", 0}}});
    transaction.commit();
    return json_reply(200, {{"message", "Other sessions ended"}, {"ended", ended}});
}

}  // namespace
}  // namespace dreamina
