#include "token_routes.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "script.hpp"

namespace dreamina::stand_in {
namespace {

using nlohmann::ordered_json;

constexpr double daily_credits = 60;

std::string dump(const ordered_json& value)
{
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

/// Whole credits without a decimal point, as the upstream writes them.
ordered_json credits(double points)
{
    if (points == std::floor(points)) return static_cast<std::int64_t>(points);
    return points;
}

}  // namespace

TokenRoutes::State& TokenRoutes::state(const std::string& token)
{
    if (const auto whole = states_.find(token); whole != states_.end()) return whole->second;
    State fresh;
    fresh.points = default_points_;
    return states_.try_emplace(std::string(bare_session(token)), fresh).first->second;
}

void TokenRoutes::set_points(std::string_view json_text)
{
    const auto given = ordered_json::parse(json_text, nullptr, false);
    if (!given.is_object()) throw BadScript{"the body must be a JSON object of tokens"};
    std::unordered_map<std::string, State> states;
    for (const auto& [token, value] : given.items()) {
        State state;
        if (value.is_number() && value.get<double>() >= 0 && value.get<double>() <= 1e12) {
            state.points = value.get<double>();
        } else if (value.is_string()) {
            state.error = value == "error" ? "request_failed" : value.get<std::string>();
            if (!row_reply(state.error, dialect_)) {
                throw BadScript{"field \"" + token +
                                "\" must be a number, \"error\" or a name that GET /_answers lists"};
            }
        } else {
            throw BadScript{"field \"" + token + "\" must be a number from 0 to 1e12, or text"};
        }
        states[token] = state;
    }
    for (auto& [token, state] : states) states_[token] = state;
}

std::optional<Reply> TokenRoutes::answer(const Request& request)
{
    if (request.method != "POST") return std::nullopt;
    if (request.path == "/token/points") return points(request);
    if (request.path == "/token/check") return check(request);
    if (request.path == "/token/receive" && dialect_ == Dialect::a) return receive(request);
    return std::nullopt;
}

Reply TokenRoutes::points(const Request& request)
{
    const auto tokens = split_tokens(request.token);
    if (tokens.empty()) return *row_reply("bad_parameters", dialect_);
    ordered_json rows = ordered_json::array();
    for (const std::string& token : tokens) {
        const State& of = state(token);
        if (!of.error.empty()) {
            // The first dialect asks for all at once, and one failure is the failure of all.
            if (dialect_ == Dialect::a) return *row_reply(of.error, dialect_);
            rows.push_back({{"token", token}, {"error", row_message(of.error, dialect_)}});
            continue;
        }
        rows.push_back({{"token", token},
                        {"points",
                         {{"giftCredit", credits(of.points)},
                          {"purchaseCredit", 0},
                          {"vipCredit", 0},
                          {"totalCredit", credits(of.points)}}}});
    }
    return json_reply(200, dump(rows), "points");
}

Reply TokenRoutes::check(const Request& request)
{
    const auto body = ordered_json::parse(request.body, nullptr, false);
    if (!body.is_object() || !body.contains("token") || !body["token"].is_string()) {
        return *row_reply("bad_parameters", dialect_);
    }
    const bool live = state(body["token"].get<std::string>()).error.empty();
    return json_reply(200, dump({{"live", live}}), "check");
}

Reply TokenRoutes::receive(const Request& request)
{
    const auto tokens = split_tokens(request.token);
    if (tokens.empty()) return *row_reply("bad_parameters", dialect_);
    ordered_json rows = ordered_json::array();
    for (const std::string& token : tokens) {
        State& of = state(token);
        if (!of.error.empty()) {
            rows.push_back(
                {{"token", token}, {"credits", 0}, {"received", false}, {"error", row_message(of.error, dialect_)}});
            continue;
        }
        const bool received = !of.received_today;
        if (received) of.points += daily_credits;
        of.received_today = true;
        rows.push_back({{"token", token}, {"credits", credits(of.points)}, {"received", received}});
    }
    return json_reply(200, dump(rows), "receive");
}

}  // namespace dreamina::stand_in
