#include "core/clients/register_service.hpp"

#include <algorithm>

#include "core/base/text.hpp"
#include "core/clients/register_answer.hpp"

namespace dreamina {
namespace {

constexpr std::chrono::seconds health_timeout{10};
constexpr std::chrono::seconds task_timeout{30};
/// A login takes the service up to 120 s.
constexpr std::chrono::seconds session_timeout{180};

constexpr std::size_t max_task_id_length = 128;

/// It becomes part of a path.
bool is_task_id(const std::string& id)
{
    return !id.empty() && id.size() <= max_task_id_length && id != "." && id != ".." &&
           std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                      c == '_' || c == '.';
           });
}

std::string to_text(const Json& body) { return body.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

RegisterService::RegisterService(HttpTransport& http, std::string base_url, std::string key)
    : http_(http), base_url_(std::move(base_url)), key_(std::move(key))
{
    while (base_url_.ends_with('/')) base_url_.pop_back();
}

HttpRequest RegisterService::request(const char* method, const std::string& path) const
{
    return {.method = method, .url = base_url_ + path, .bearer = key_, .timeout = task_timeout};
}

Result<void> RegisterService::health(const std::stop_token& stop) const
{
    HttpRequest asked = request("GET", "/health");
    asked.timeout = health_timeout;
    const auto answer = read_register_answer(http_.send(asked, stop), {key_});
    if (!answer) return tl::unexpected(answer.error());
    const auto status = register_text(*answer, "", "status");
    if (!status) return tl::unexpected(status.error());
    if (*status != "ok") return failure("register_unavailable", Message{"register.unwell"});
    return {};
}

Result<std::string> RegisterService::start(int count, std::string_view mail_type, const std::stop_token& stop) const
{
    if (count < 1) return failure("register_refused", Message{"register.bad_count"});
    Json body{{"mail_type", mail_type}};
    if (count > 1) body["count"] = count;
    HttpRequest asked = request("POST", count > 1 ? "/register/batch" : "/register");
    asked.json_body = to_text(body);
    const auto answer = read_register_answer(http_.send(asked, stop), {key_});
    if (!answer) return tl::unexpected(answer.error());
    auto id = register_text(*answer, "", "task_id");
    if (id && !is_task_id(*id)) return bad_register_field("register.field_not_task_id", "task_id");
    return id;
}

Result<RegistrationTask> RegisterService::task(const std::string& task_id, const std::stop_token& stop) const
{
    if (!is_task_id(task_id)) return failure("register_refused", Message{"register.bad_task_id"});
    HttpRequest asked = request("GET", "/tasks/" + task_id);
    asked.repeatable = true;
    const HttpResult result = http_.send(asked, stop);
    if (result && result->status == 404) return RegistrationTask{.state = RegistrationTask::State::forgotten};
    const auto answer = read_register_answer(result, {key_});
    if (!answer) return tl::unexpected(answer.error());
    return read_task(*answer, {key_});
}

Result<RefreshedSession> RegisterService::update_session(const std::string& email, const std::string& password,
                                                         const std::stop_token& stop) const
{
    HttpRequest asked = request("POST", "/session/update");
    asked.json_body = to_text({{"email", email}, {"password", password}});
    asked.timeout = session_timeout;
    const auto answer = read_register_answer(http_.send(asked, stop), {key_, password});
    if (!answer) return tl::unexpected(answer.error());
    // A session of another account must not be stored under this one.
    const auto theirs = register_text(*answer, "", "email");
    if (!theirs) return tl::unexpected(theirs.error());
    if (!equals_ignoring_case(*theirs, email)) {
        return bad_register_field("register.field_of_another_account", "email");
    }
    return read_session(*answer, "");
}

}  // namespace dreamina
