#include "core/clients/register_answer.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/clients/error_text.hpp"
#include "core/domain/import/import_line.hpp"

namespace dreamina {
namespace {

tl::unexpected<Error> not_understood(Message fault)
{
    return failure("register_not_understood", Message{"register.not_understood", {{"fault", std::move(fault)}}});
}

}  // namespace

tl::unexpected<Error> bad_register_field(const char* fault, std::string field)
{
    return not_understood({fault, {{"field", std::move(field)}}});
}

namespace {

Result<Json> register_error_of(const HttpFailure& fault)
{
    const auto named = [&](const char* code) {
        return failure(code, Message{"register.call_failed", {{"reason", fault.reason}}});
    };
    switch (fault.fault) {
    case HttpFault::cancelled: return failure("cancelled", Message{"job.cancelled"});
    case HttpFault::bad_request: return named("register_misconfigured");
    case HttpFault::unreachable: return named("register_unreachable");
    case HttpFault::timed_out: return named("register_timed_out");
    case HttpFault::cut: return named("register_cut");
    case HttpFault::too_large: return named("register_not_understood");
    }
    return named("register_cut");
}

/// One entry of the list that FastAPI answers for a body it refuses. Its `input` and `ctx` may quote the body, so only
/// the place and the fault are told.
std::string words_of_entry(const Json& entry)
{
    if (entry.is_string()) return entry.get<std::string>();
    if (!entry.is_object()) return {};
    std::string place;
    if (const auto loc = entry.find("loc"); loc != entry.end() && loc->is_array() && !loc->empty())
        place = loc->back().is_string() ? loc->back().get<std::string>() : std::string{};
    for (const char* name : {"msg", "message", "error", "detail"}) {
        const auto found = entry.find(name);
        if (found == entry.end() || !found->is_string()) continue;
        const auto& words = found->get_ref<const std::string&>();
        return place.empty() ? words : fmt::format("{} - {}", place, words);
    }
    return place;
}

std::string words_of(const Json& detail)
{
    if (!detail.is_array()) return words_of_entry(detail);
    std::string all;
    for (const Json& entry : detail) {
        const std::string words = words_of_entry(entry);
        if (words.empty()) continue;
        if (!all.empty()) all += "; ";
        all += words;
    }
    return all;
}

const char* code_of(int status)
{
    if (status == 401 || status == 403) return "register_key_refused";
    if (status == 429 || status == 502 || status == 503 || status == 504) return "register_unavailable";
    if (status >= 500) return "register_failed";
    return status >= 400 ? "register_refused" : "register_not_understood";
}

tl::unexpected<Error> of_status(const HttpAnswer& answer, const std::vector<std::string>& secrets)
{
    std::string detail;
    if (const auto body = parse_json(answer.body); body && body->is_object() && body->contains("detail"))
        detail = sanitized_error_text(words_of((*body)["detail"]), secrets);
    const bool key = answer.status == 401 || answer.status == 403;
    if (detail.empty())
        return failure(code_of(answer.status),
                       Message{key ? "register.key_refused" : "register.error", {{"status", answer.status}}});
    return failure(code_of(answer.status), Message{key ? "register.key_refused_because" : "register.error_because",
                                                   {{"status", answer.status}, {"reason", std::move(detail)}}});
}

Result<RegisteredAccount> read_account(const Json& object, const std::string& where)
{
    if (!object.is_object()) return bad_register_field("register.field_not_object", where);
    const std::string prefix = where + ".";
    auto email = register_text(object, prefix, "email");
    if (!email) return tl::unexpected(email.error());
    if (const auto fault = email_fault(*email)) return bad_register_field("register.field_not_email", prefix + "email");
    auto password = register_text(object, prefix, "password");
    if (!password) return tl::unexpected(password.error());
    if (password->size() > max_password_length || has_control_characters(*password))
        return bad_register_field("register.field_not_password", prefix + "password");
    auto session = read_session(object, prefix);
    if (!session) return tl::unexpected(session.error());
    return RegisteredAccount{std::move(*email), std::move(*password), std::move(session->session_id), session->region};
}

/// How many of a kind the service counts itself, where it does.
std::optional<std::uint64_t> count_of(const Json& result, const char* name)
{
    const auto found = result.find(name);
    if (found == result.end() || !found->is_number_unsigned()) return std::nullopt;
    return found->get<std::uint64_t>();
}

/// A broken row costs that account, not the good ones beside it.
Result<void> read_batch(const Json& result, RegistrationTask& task, std::vector<std::string> secrets)
{
    const Json& accounts = result["accounts"];
    if (!accounts.is_array()) return bad_register_field("register.field_not_list", "result.accounts");
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        auto account = read_account(accounts[i], fmt::format("result.accounts[{}]", i));
        if (account) {
            secrets.insert(secrets.end(), {account->password, account->session_id});
            task.accounts.push_back(std::move(*account));
        } else {
            task.errors.push_back(message_of(account.error()));
        }
    }
    const auto promised = count_of(result, "success_count");
    if (promised && *promised != accounts.size())
        task.errors.push_back({"register.miscounted", {{"promised", *promised}, {"found", accounts.size()}}});
    const auto errors = result.find("errors");
    if (errors == result.end() || errors->is_null()) return {};
    if (!errors->is_array()) return bad_register_field("register.field_not_list", "result.errors");
    for (const Json& error : *errors) {
        const std::string words = sanitized_error_text(words_of_entry(error), secrets);
        task.errors.push_back(words.empty() ? Message{"register.no_reason"} : external_text(words));
    }
    return {};
}

Result<void> read_result(const Json& answer, RegistrationTask& task, const std::vector<std::string>& secrets)
{
    const auto result = answer.find("result");
    if (result == answer.end() || !result->is_object())
        return bad_register_field("register.field_not_object", "result");
    if (result->contains("accounts")) return read_batch(*result, task, secrets);
    auto account = read_account(*result, "result");
    if (!account) return tl::unexpected(account.error());
    task.accounts.push_back(std::move(*account));
    return {};
}

}  // namespace

Result<Json> read_register_answer(const HttpResult& result, const std::vector<std::string>& secrets)
{
    if (!result) return register_error_of(result.error());
    if (result->status < 200 || result->status > 299) return of_status(*result, secrets);
    auto document = parse_json(result->body);
    if (!document) return not_understood(message_of(document.error()));
    if (!document->is_object()) return not_understood({"register.not_object"});
    return document;
}

Result<std::string> register_text(const Json& object, const std::string& where, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) return bad_register_field("register.field_missing", where + name);
    if (!found->is_string()) return bad_register_field("register.field_not_text", where + name);
    if (found->get_ref<const std::string&>().empty()) return bad_register_field("register.field_empty", where + name);
    return found->get<std::string>();
}

Result<RefreshedSession> read_session(const Json& object, const std::string& where)
{
    const auto text = register_text(object, where, "session_id");
    if (!text) return tl::unexpected(text.error());
    SplitSession split = split_session(trim(*text));
    if (split.session_id.empty()) return bad_register_field("register.field_empty", where + "session_id");
    if (!is_session_id(split.session_id) || split.session_id.size() > max_session_length)
        return bad_register_field("register.field_not_session", where + "session_id");
    return RefreshedSession{std::move(split.session_id), split.region};
}

Result<RegistrationTask> read_task(const Json& answer, const std::vector<std::string>& secrets)
{
    using State = RegistrationTask::State;
    const auto status = register_text(answer, "", "status");
    if (!status) return tl::unexpected(status.error());
    RegistrationTask task;
    if (*status == "pending" || *status == "processing") {
        task.state = *status == "pending" ? State::pending : State::processing;
    } else if (*status == "completed") {
        task.state = State::completed;
        if (auto read = read_result(answer, task, secrets); !read) return tl::unexpected(read.error());
    } else if (*status == "failed") {
        task.state = State::failed;
        const auto error = answer.find("error");
        const std::string words =
            error == answer.end() ? std::string{} : sanitized_error_text(words_of(*error), secrets);
        task.error = words.empty() ? Message{"register.no_reason"} : external_text(words);
    } else {
        return bad_register_field("register.unknown_status", "status");
    }
    return task;
}

}  // namespace dreamina
