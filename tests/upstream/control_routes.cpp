#include "control_routes.hpp"

#include <array>
#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

#include "delivery.hpp"
#include "named_answers.hpp"
#include "picture.hpp"

namespace dreamina::stand_in {
namespace {

using nlohmann::ordered_json;

Reply control(int status, std::string body) { return json_reply(status, std::move(body), "control"); }

Reply fault(int status, std::string_view sentence)
{
    const ordered_json body = {{"error", sentence}};
    return control(status, body.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

Reply done() { return control(200, R"({"ok":true})"); }

Reply bytes_reply(Bytes bytes)
{
    Reply reply;
    reply.headers = {{"Content-Type", "application/octet-stream"}};
    reply.body = std::move(bytes);
    return reply;
}

std::uint64_t number_of(std::string_view text, const char* name)
{
    std::uint64_t value = 0;
    if (text.empty()) return value;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw BadScript{std::string(name) + " must be a whole number"};
    }
    return value;
}

Reply set_script(Service& service, const Request& request)
{
    service.script.replace(read_script(request.body, service.options.role.dialect));
    return done();
}

Reply add_to_script(Service& service, const Request& request)
{
    service.script.append(read_script(request.body, service.options.role.dialect));
    return done();
}

Reply show_script(Service& service, const Request&)
{
    std::string text = "[";
    for (const Rule& rule : service.script.rules()) {
        if (text.size() > 1) text += ",\n";
        text += R"({"used":)" + std::to_string(rule.used) + R"(,"rule":)" + rule.source + "}";
    }
    return control(200, text + "]");
}

Reply release(Service&, const Request&)
{
    release_paused();
    return done();
}

/// Both kinds of names: those without an upstream as each dialect spells them, and the others.
Reply show_answers(Service&, const Request&)
{
    ordered_json body = ordered_json::array();
    for (const RowName& row : row_names()) {
        ordered_json entry = {{"answer", row.name}};
        if (!row.alias.empty()) entry["also"] = row.alias;
        for (const auto& [key, dialect] : {std::pair("a", Dialect::a), std::pair("b", Dialect::b)}) {
            const Reply reply = *row_reply(row.name, dialect);
            entry[key] = {{"status", reply.status}, {"body", *reply.body}};
        }
        body.push_back(std::move(entry));
    }
    const auto add = [&body](std::string_view name) {
        const Reply reply = *named_reply(name, Request(), Role());
        body.push_back({{"answer", name}, {"status", reply.status}, {"body", *reply.body}});
    };
    for (const Failure& row : failures_of_a()) add(row.name);
    for (const Failure& row : failures_of_b()) add(row.name);
    for (const GatewayAnswer& row : gateway_answers()) add(row.name);
    return control(200, body.dump());
}

Reply show_role(Service& service, const Request&)
{
    const Role& role = service.options.role;
    const ordered_json body = {{"as", name_of(role.as)}, {"dialect", role.dialect == Dialect::a ? "a" : "b"}};
    return control(200, body.dump());
}

Reply set_role(Service& service, const Request& request)
{
    const auto given = ordered_json::parse(request.body, nullptr, false);
    if (!given.is_object() || !given.contains("as") || !given["as"].is_string()) {
        throw BadScript{R"(the body must be {"as": NAME})"};
    }
    const auto upstream = upstream_named(given["as"].get<std::string>());
    if (!upstream) {
        throw BadScript{"\"as\" must be jimeng-api, jimeng-api-old, jimeng-api-fork, jimeng-api-go or anything"};
    }
    Role role = role_of(*upstream);
    if (given.contains("dialect")) {
        const auto dialect =
            given["dialect"].is_string() ? dialect_named(given["dialect"].get<std::string>()) : std::nullopt;
        if (!dialect || role.as != Upstream::anything) {
            throw BadScript{"\"dialect\" must be \"a\" or \"b\" and goes with \"anything\""};
        }
        role.dialect = *dialect;
    }
    service.options.role = role;
    return done();
}

Reply show_requests(Service& service, const Request& request)
{
    return control(200, service.recorder.list(number_of(query_value(request.query, "since"), "since")));
}

Reply clear_requests(Service& service, const Request&)
{
    service.recorder.clear();
    return done();
}

Reply show_counts(Service& service, const Request&) { return control(200, service.recorder.counts()); }

Reply set_points(Service& service, const Request& request)
{
    service.tokens.set_points(request.body);
    return done();
}

Reply set_outcomes(Service& service, const Request& request)
{
    service.registrations.set_outcomes(request.body);
    return done();
}

Reply forget_tasks(Service& service, const Request&)
{
    service.registrations.forget_tasks();
    return done();
}

Reply show_body(Service&, const Request& request)
{
    const std::uint64_t size = number_of(query_value(request.query, "bytes"), "bytes");
    if (size > (1ULL << 30U)) throw BadScript{"bytes must be at most 1073741824"};
    return bytes_reply(pseudo_random_bytes(size, number_of(query_value(request.query, "seed"), "seed")));
}

/// `made` is the file of the number that `path` has between `before` and `after`.
std::optional<Reply> made_file(std::string_view path, std::string_view before, std::string_view after, const char* type,
                               Bytes (*made)(std::uint64_t))
{
    if (!path.starts_with(before) || !path.ends_with(after)) return std::nullopt;
    path.remove_prefix(before.size());
    path.remove_suffix(after.size());
    Reply reply = bytes_reply(made(number_of(path, "the file's name")));
    reply.headers = {{"Content-Type", type}};
    return reply;
}

Reply show_request(Service& service, const Request& request)
{
    std::string_view id = std::string_view(request.path).substr(std::string_view("/_requests/").size());
    const bool bytes = id.ends_with("/body");
    if (bytes) id.remove_suffix(5);
    const std::uint64_t number = number_of(id, "the request's id");
    if (bytes) {
        Bytes body = service.recorder.body(number);
        return body ? bytes_reply(body) : fault(404, "the bytes of that request are not kept");
    }
    std::string entry = service.recorder.one(number);
    return entry.empty() ? fault(404, "that request is not kept") : control(200, std::move(entry));
}

struct Route {
    std::string_view method, path;
    Reply (*answer)(Service&, const Request&);
};

constexpr auto control_routes = std::to_array<Route>({{"POST", "/_as", set_role},
                                                      {"GET", "/_as", show_role},
                                                      {"POST", "/_script", set_script},
                                                      {"PUT", "/_script", add_to_script},
                                                      {"GET", "/_script", show_script},
                                                      {"POST", "/_release", release},
                                                      {"GET", "/_answers", show_answers},
                                                      {"GET", "/_requests", show_requests},
                                                      {"DELETE", "/_requests", clear_requests},
                                                      {"GET", "/_counts", show_counts},
                                                      {"POST", "/_points", set_points},
                                                      {"POST", "/_register", set_outcomes},
                                                      {"POST", "/_tasks/forget", forget_tasks},
                                                      {"GET", "/_body", show_body}});

}  // namespace

Reply control_reply(Service& service, const Request& request)
{
    try {
        for (const Route& route : control_routes) {
            if (request.method == route.method && request.path == route.path) return route.answer(service, request);
        }
        if (request.method == "GET" && request.path.starts_with("/_requests/")) return show_request(service, request);
        if (request.method == "GET") {
            if (auto reply = made_file(request.path, "/_picture/", ".png", "image/png", picture_png)) return *reply;
            if (auto reply = made_file(request.path, "/_film/", ".mp4", "video/mp4", film_mp4)) return *reply;
        }
    } catch (const BadScript& bad) {
        return fault(400, bad.message);
    }
    return fault(404, "no such control route");
}

}  // namespace dreamina::stand_in
