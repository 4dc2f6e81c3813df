#include "register_service.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace dreamina::stand_in {
namespace {

using nlohmann::ordered_json;

Reply reply_of(int status, const ordered_json& body)
{
    Reply reply = json_reply(status, body.dump(-1, ' ', false, ordered_json::error_handler_t::replace), "register");
    reply.headers = {{"Content-Type", "application/json"}};
    return reply;
}

Reply refusal(int status, std::string_view detail) { return reply_of(status, {{"detail", detail}}); }

Reply invalid(std::string_view field, std::string_view fault)
{
    return reply_of(
        422, {{"detail", ordered_json::array({{{"loc", {"body", field}}, {"msg", fault}, {"type", "value_error"}}})}});
}

std::optional<std::string> text_of(const ordered_json& body, const char* field)
{
    if (!body.is_object() || !body.contains(field) || !body[field].is_string()) return std::nullopt;
    return body[field].get<std::string>();
}

Outcome read_outcome(const ordered_json& given, const std::string& where)
{
    const auto bad = [&](const std::string& field, const char* fault) {
        throw BadScript{where + ": field \"" + field + "\" " + fault};
    };
    if (!given.is_object()) throw BadScript{where + ": must be an object"};
    Outcome outcome;
    for (const auto& [name, value] : given.items()) {
        if (name == "times" || name == "delay_ms" || name == "status") {
            if (!value.is_number_unsigned() || value.get<std::uint64_t>() > 86400000) {
                bad(name, "must be a whole number up to 86400000");
            }
            const auto number = value.get<std::uint64_t>();
            if (name == "times") outcome.times = number;
            if (name == "delay_ms") outcome.delay_ms = static_cast<int>(number);
            if (name == "status") outcome.status = static_cast<int>(number);
            continue;
        }
        std::string* field = name == "error"        ? &outcome.error
                             : name == "for_email"  ? &outcome.for_email
                             : name == "email"      ? &outcome.email
                             : name == "password"   ? &outcome.password
                             : name == "session_id" ? &outcome.session_id
                                                    : nullptr;
        if (field == nullptr) bad(name, "is not a field of an outcome");
        if (!value.is_string()) bad(name, "must be text");
        *field = value.get<std::string>();
    }
    if (outcome.times == 0) bad("times", "must be at least 1");
    if (outcome.status < 400 || outcome.status > 599) bad("status", "must be from 400 to 599");
    return outcome;
}

ordered_json account_json(const Outcome& account)
{
    return {{"email", account.email}, {"password", account.password}, {"session_id", account.session_id}};
}

}  // namespace

void RegisterService::set_outcomes(std::string_view json_text)
{
    const auto given = ordered_json::parse(json_text, nullptr, false);
    if (!given.is_object()) throw BadScript{"the body must be a JSON object"};
    std::deque<Outcome> registrations, refreshes;
    for (const auto& [name, list] : given.items()) {
        if (name != "register" && name != "session_update") {
            throw BadScript{"field \"" + name + "\" must be register or session_update"};
        }
        if (!list.is_array()) throw BadScript{"field \"" + name + "\" must be a list of outcomes"};
        for (std::size_t i = 0; i < list.size(); ++i) {
            (name == "register" ? registrations : refreshes)
                .push_back(read_outcome(list[i], name + " outcome " + std::to_string(i)));
        }
    }
    registrations_ = std::move(registrations);
    refreshes_ = std::move(refreshes);
}

Outcome RegisterService::take(std::deque<Outcome>& outcomes, std::string_view email)
{
    const auto found = std::ranges::find_if(
        outcomes, [&](const Outcome& outcome) { return outcome.for_email.empty() || outcome.for_email == email; });
    if (found == outcomes.end()) {
        Outcome usual;
        usual.delay_ms = options_.delay_ms;
        return usual;
    }
    Outcome taken = *found;
    if (--found->times == 0) outcomes.erase(found);
    return taken;
}

Outcome RegisterService::invent(Outcome outcome) const
{
    if (outcome.email.empty()) outcome.email = "dreamer-" + random_hex(10) + "@example.com";
    if (outcome.password.empty()) outcome.password = "Pw-" + random_hex(12);
    if (outcome.session_id.empty()) outcome.session_id = options_.session_prefix + random_hex(32);
    return outcome;
}

std::optional<RegisterService::Answer> RegisterService::answer(const Request& request)
{
    const std::string& path = request.path;
    const bool get = request.method == "GET";
    if (path == "/health" && get) return Answer{reply_of(200, {{"status", "ok"}}), 0};
    const bool task = path.starts_with("/tasks/");
    const bool known = task || path == "/register" || path == "/register/batch" || path == "/session/update";
    if (!known) return std::nullopt;
    if (!options_.key.empty() && request.token != options_.key) {
        return Answer{request.token.empty() ? refusal(403, "Not authenticated") : refusal(401, "Invalid API key"), 0};
    }
    if (get != task || (!task && request.method != "POST")) return Answer{refusal(405, "Method Not Allowed"), 0};
    if (task) return Answer{show(path.substr(7)), 0};
    if (path == "/session/update") return refresh(request);
    return Answer{queue(request, path == "/register/batch"), 0};
}

Reply RegisterService::queue(const Request& request, bool batch)
{
    const auto body = ordered_json::parse(request.body, nullptr, false);
    const auto mail_type = text_of(body, "mail_type");
    if (!mail_type || (*mail_type != "moemail" && *mail_type != "tempmailhub")) {
        return invalid("mail_type", "must be moemail or tempmailhub");
    }
    std::uint64_t count = 1;
    if (batch) {
        if (!body.contains("count") || !body["count"].is_number_unsigned()) return invalid("count", "must be a number");
        count = body["count"].get<std::uint64_t>();
        if (count < 1 || count > 1000) return invalid("count", "must be from 1 to 1000");
    }
    Task task;
    task.batch = batch;
    task.queued = Clock::now();
    int delay = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        task.registrations.push_back(invent(take(registrations_, "")));
        delay = std::max(delay, task.registrations.back().delay_ms);
    }
    task.due = task.queued + std::chrono::milliseconds(delay);
    const std::string id = random_hex(32);
    tasks_[id] = std::move(task);
    return reply_of(200, {{"task_id", id}, {"status", "pending"}});
}

Reply RegisterService::show(const std::string& id) const
{
    const auto found = tasks_.find(id);
    if (found == tasks_.end()) return refusal(404, "Task not found");
    const Task& task = found->second;
    const auto now = Clock::now();
    ordered_json body = {{"task_id", id}, {"status", "completed"}, {"result", nullptr}, {"error", nullptr}};
    if (now < task.due) {
        body["status"] = now - task.queued < (task.due - task.queued) / 4 ? "pending" : "processing";
        return reply_of(200, body);
    }
    ordered_json accounts = ordered_json::array();
    ordered_json errors = ordered_json::array();
    for (const Outcome& outcome : task.registrations) {
        if (outcome.error.empty()) {
            accounts.push_back(account_json(outcome));
        } else {
            errors.push_back(outcome.error);
        }
    }
    if (task.batch) {
        body["result"] = {{"success_count", accounts.size()},
                          {"fail_count", errors.size()},
                          {"accounts", accounts},
                          {"errors", errors}};
    } else if (errors.empty()) {
        body["result"] = accounts[0];
    } else {
        body["status"] = "failed";
        body["error"] = errors[0];
    }
    return reply_of(200, body);
}

RegisterService::Answer RegisterService::refresh(const Request& request)
{
    const auto body = ordered_json::parse(request.body, nullptr, false);
    const auto email = text_of(body, "email");
    const auto password = text_of(body, "password");
    if (!email) return {invalid("email", "field required"), 0};
    if (!password) return {invalid("password", "field required"), 0};
    Outcome outcome = take(refreshes_, *email);
    if (!outcome.error.empty()) return {refusal(outcome.status, outcome.error), outcome.delay_ms};
    outcome.email = *email;
    outcome.password = *password;
    outcome = invent(std::move(outcome));
    ordered_json account = account_json(outcome);
    account["expires"] = "2099-12-31T00:00:00Z";
    return {reply_of(200, account), outcome.delay_ms};
}

}  // namespace dreamina::stand_in
