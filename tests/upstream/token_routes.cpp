#include "token_routes.hpp"

#include <array>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "identity_routes.hpp"
#include "json_text.hpp"
#include "named_answers.hpp"
#include "script.hpp"
#include "jimeng/upstream_reading.hpp"

namespace dreamina::stand_in {
namespace {

using nlohmann::ordered_json;

/// Whole credits without a decimal point, as the upstreams write them.
ordered_json credits(double points)
{
    if (points == std::floor(points)) return static_cast<std::int64_t>(points);
    return points;
}

/// How a token fails, by its answer's name: one of an upstream's own, or one without an upstream.
Reply failed_token(const std::string& name, const Request& request, const Role& role)
{
    if (auto reply = named_reply(name, request, role)) return std::move(*reply);
    return *row_reply(name, role.dialect);
}

std::string failed_token_message(const std::string& name, const Request& request, const Role& role)
{
    return is_named_answer(name) ? named_message(name, request) : row_message(name, role.dialect);
}

std::optional<std::string> named_token(const Request& request)
{
    const auto body = ordered_json::parse(request.body, nullptr, false);
    if (!body.is_object() || !body.contains("token") || !body["token"].is_string()) return std::nullopt;
    return body["token"].get<std::string>();
}

double points_of(const std::string& token, const ordered_json& value)
{
    if (!value.is_number() || value.get<double>() < 0 || value.get<double>() > 1e12) {
        throw BadScript{"field \"" + token + "\" must have numbers from 0 to 1e12"};
    }
    return value.get<double>();
}

std::string error_of(const std::string& token, const ordered_json& value)
{
    std::string name = value.is_string() ? value.get<std::string>() : std::string();
    if (name == "error") return "request_failed";
    if (!is_named_answer(name) && !row_reply(name, Dialect::a)) {
        throw BadScript{"field \"" + token + R"(" must be a number, "error" or a name that GET /_answers lists)"};
    }
    return name;
}

}  // namespace

TokenRoutes::State& TokenRoutes::state(const std::string& token)
{
    if (const auto whole = states_.find(token); whole != states_.end()) return whole->second;
    State fresh;
    fresh.gift = default_points_;
    return states_.try_emplace(std::string(bare_session(token)), fresh).first->second;
}

void TokenRoutes::State::set(const std::string& token, std::string_view name, std::string_view json_text)
{
    const auto value = ordered_json::parse(json_text);
    const auto rows = std::to_array<std::pair<std::string_view, Row>>(
        {{"object", Row::object}, {"quota", Row::quota}, {"bare", Row::bare}, {"number", Row::number}});
    const auto amounts = std::to_array<std::pair<std::string_view, double*>>(
        {{"gift", &gift}, {"purchase", &purchase}, {"vip", &vip}, {"daily", &daily}});
    for (const auto& [known, amount] : amounts) {
        if (known == name) return void(*amount = points_of(token, value));
    }
    if (name == "error") return void(error = error_of(token, value));
    const std::string text = value.is_string() ? value.get<std::string>() : std::string();
    if (name == "refused" && !text.empty()) return void(refused = text);
    for (const auto& [known, kind] : rows) {
        if (name == "row" && text == known) return void(row = kind);
    }
    throw BadScript{"field \"" + token + "\" has a fault at \"" + std::string(name) + "\""};
}

TokenRoutes::State TokenRoutes::read_state(const std::string& token, std::string_view json_text)
{
    const auto given = ordered_json::parse(json_text);
    State state;
    if (given.is_number()) {
        state.gift = points_of(token, given);
    } else if (given.is_string()) {
        state.error = error_of(token, given);
    } else if (given.is_object()) {
        for (const auto& [name, value] : given.items()) {
            state.set(token, name, value.dump());
        }
    } else {
        throw BadScript{"field \"" + token + "\" must be a number from 0 to 1e12, text or an object"};
    }
    return state;
}

void TokenRoutes::set_points(std::string_view json_text)
{
    const auto given = ordered_json::parse(json_text, nullptr, false);
    if (!given.is_object()) throw BadScript{"the body must be a JSON object of tokens"};
    std::unordered_map<std::string, State> states;
    for (const auto& [token, value] : given.items()) states[token] = read_state(token, value.dump());
    for (auto& [token, state] : states) states_[token] = state;
}

std::optional<Reply> TokenRoutes::answer(const Request& request, const Role& role)
{
    if (request.method != "POST") return std::nullopt;
    const std::string path = routed_path(request.path, role);
    if (path == "/token/points") return points(request, role);
    if (path == "/token/check") return check(request, role);
    if (path != "/token/receive" || role.dialect != Dialect::a) return std::nullopt;
    return role.is_a() ? receive(request, role) : receive_of_anything(request, role);
}

std::optional<Reply> TokenRoutes::refusal(const Request& request, const Role& role)
{
    State& of = state(request.drawn);
    const std::string error = error_of_token(of, request.drawn, role);
    if (!error.empty()) return failed_token(error, request, role);
    if (of.total() > 0 || (role.is_a() && receive_daily(of))) return std::nullopt;
    if (role.is_b()) {
        if (request.model.starts_with("nanobanana")) return std::nullopt;
        return named_reply("b.points_used_up.1006", request, role);
    }
    const bool video = request.path.find("video") != std::string::npos;
    return named_reply(video ? "a.points_used_up.video" : "a.points_used_up.receive", request, role);
}

Reply TokenRoutes::points(const Request& request, const Role& role)
{
    const auto tokens = split_tokens(request.token);
    if (tokens.empty()) {
        if (role.is_b()) return failure_of_b(401, "缺少 Authorization", "unauthorized");
        if (role.is_a()) return failure_of_a(-2000, "Params headers.authorization invalid", role, "unauthorized");
        return *row_reply("bad_parameters", role.dialect);
    }
    ordered_json rows = ordered_json::array();
    for (const std::string& token : tokens) {
        const State& of = state(token);
        const std::string error = error_of_token(of, token, role);
        if (!error.empty()) {
            // A asks for all at once, and one failure is the failure of all.
            if (role.dialect == Dialect::a) return failed_token(error, request, role);
            rows.push_back({{"error", failed_token_message(error, request, role)}, {"token", token}});
        } else if (role.is_b()) {
            rows.push_back({{"points",
                             {{"gift_credit", std::llround(of.gift)},
                              {"purchase_credit", std::llround(of.purchase)},
                              {"vip_credit", std::llround(of.vip)},
                              {"total_credit", std::llround(of.total())}}},
                            {"token", token}});
        } else {
            rows.push_back({{"token", token},
                            {"points",
                             {{"giftCredit", credits(of.gift)},
                              {"purchaseCredit", credits(of.purchase)},
                              {"vipCredit", credits(of.vip)},
                              {"totalCredit", credits(of.total())}}}});
        }
    }
    return json_reply(200, role.is_b() ? escaped_for_html(dump(rows)) : dump(rows), "points");
}

Reply TokenRoutes::check(const Request& request, const Role& role)
{
    const auto token = named_token(request);
    if (!token) {
        if (role.is_b()) {
            return failure_of_b(400, "Key: 'Token' Error:Field validation for 'Token' failed on the 'required' tag",
                                "unauthorized");
        }
        if (role.is_a()) return failure_of_a(-2000, "Params body.token invalid", role, "unauthorized");
        return *row_reply("bad_parameters", role.dialect);
    }
    const State& of = state(*token);
    // A reads a field that its provider does not send: every session is dead.
    if (role.is_a()) return json_reply(200, R"({"live":false})", "check");
    if (role.is_b() && !of.error.empty()) return failed_token(of.error, request, role);
    return json_reply(200, dump({{"live", of.error.empty()}}), "check");
}

std::string TokenRoutes::error_of_token(const State& of, std::string_view token, const Role& role)
{
    if (!leaks(token, role)) return of.error;
    return role.is_b() ? "b.session_expired.34010105" : "a.session_expired.34010105";  // it is no session
}

bool TokenRoutes::receive_daily(State& of)
{
    if (of.received_today || of.daily <= 0) return false;
    of.gift += of.daily;
    of.received_today = true;
    return true;
}

Reply TokenRoutes::receive(const Request& request, const Role& role)
{
    const auto tokens = split_tokens(request.token);
    if (tokens.empty()) return failure_of_a(-2000, "Params headers.authorization invalid", role, "unauthorized");
    const bool old = role.as == Upstream::jimeng_api_old;
    ordered_json rows = ordered_json::array();
    for (const std::string& token : tokens) {
        State& of = state(token);
        const std::string error = error_of_token(of, token, role);
        if (!error.empty()) return failed_token(error, request, role);
        const Row form = of.row != Row::as_played ? of.row : old ? Row::quota : Row::object;
        // The one of 2025 asked for everybody, whatever there was.
        const bool wanted = of.total() <= 0 || form == Row::bare;
        const bool received = wanted && receive_daily(of);
        ordered_json row = {{"token", token}};
        if (received && form == Row::quota) {
            row["received"] = true;
            row["receivedQuota"] = credits(of.daily);
        } else {
            row["credits"] = form == Row::number ? credits(of.total())
                                                 : ordered_json({{"giftCredit", credits(of.gift)},
                                                                 {"purchaseCredit", credits(of.purchase)},
                                                                 {"vipCredit", credits(of.vip)},
                                                                 {"totalCredit", credits(of.total())}});
            if (form != Row::bare) row["received"] = received;
            if (form != Row::bare && wanted && !received) row["error"] = of.refused;
        }
        rows.push_back(std::move(row));
    }
    return json_reply(200, dump(rows), "receive");
}

Reply TokenRoutes::receive_of_anything(const Request& request, const Role& role)
{
    const auto tokens = split_tokens(request.token);
    if (tokens.empty()) return *row_reply("bad_parameters", role.dialect);
    ordered_json rows = ordered_json::array();
    for (const std::string& token : tokens) {
        State& of = state(token);
        if (!of.error.empty()) {
            rows.push_back({{"token", token},
                            {"credits", 0},
                            {"received", false},
                            {"error", failed_token_message(of.error, request, role)}});
            continue;
        }
        const bool received = receive_daily(of);
        rows.push_back({{"token", token}, {"credits", credits(of.total())}, {"received", received}});
    }
    return json_reply(200, dump(rows), "receive");
}

}  // namespace dreamina::stand_in
