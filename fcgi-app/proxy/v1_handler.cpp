#include "proxy/v1_handler.hpp"

#include <utility>

#include "core/base/text.hpp"
#include "proxy/body/asked_model.hpp"
#include "proxy/client_key.hpp"
#include "proxy/answer/content_coding.hpp"
#include "proxy/forwarding.hpp"
#include "proxy/generations/generations.hpp"
#include "proxy/results/results.hpp"
#include "proxy/api_key_errors.hpp"
#include "proxy/model_list.hpp"
#include "proxy/openai_error.hpp"
#include "proxy/error_replies.hpp"
#include "proxy/request/heartbeat.hpp"
#include "net/client.hpp"

namespace dreamina {
namespace {

constexpr std::string_view prefix = "/v1/";
constexpr std::string_view first_segment = "v1";

/// A name of one is shorter.
constexpr std::size_t max_shown_encoding_length = 60;

bool is_preflight(const Request& request)
{
    return request.method == "OPTIONS" && find_header(request.headers, "Access-Control-Request-Method") != nullptr;
}

/// A browser asks before it sends `Authorization` across origins; the answer needs no key.
Reply preflight_reply(const Request& request)
{
    const std::string* wanted = find_header(request.headers, "Access-Control-Request-Headers");
    return {.status = 204,
            .headers = {any_origin(),
                        {"Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS"},
                        {"Access-Control-Allow-Headers", wanted ? *wanted : "Authorization, Content-Type, X-Api-Key"},
                        {"Access-Control-Max-Age", "86400"},
                        {"Vary", "Access-Control-Request-Headers"}},
            .body = {}};
}

Reply refusal_of(const LoginResult& result)
{
    switch (result.outcome) {
    case LoginResult::Outcome::right:
    case LoginResult::Outcome::wrong: break;
    case LoginResult::Outcome::too_many: {
        Reply reply =
            openai_error(429, "rate_limit_error", "too_many_attempts", english(too_many_attempts(result.retry_after)));
        reply.headers.push_back({"Retry-After", std::to_string(result.retry_after.count())});
        return reply;
    }
    case LoginResult::Outcome::default_password:
        return openai_error(403, "permission_error", "default_password", english({"error.default_password"}));
    }
    return wrong_key_reply();
}

/// The header that says that the body is compressed; nothing if it is not. It would have to be unpacked to see which
/// model it asks for, and one of the upstreams does not unpack it either.
std::optional<std::string> content_encoding(const Request& request)
{
    if (request.body.size() == 0 || content_coding(request.headers) == ContentCoding::identity) return std::nullopt;
    return joined_header(request.headers, "Content-Encoding");
}

Reply compressed_body_reply(std::string_view encoding)
{
    Reply reply = openai_error(415, "invalid_request_error", "compressed_body",
                               "the request's body must not be compressed: send it without the header "
                               "Content-Encoding: " +
                                   std::string{encoding.substr(0, max_shown_encoding_length)});
    reply.headers.push_back({"Accept-Encoding", "identity"});
    return reply;
}

/// What needs no account; nothing for a request that is to be forwarded.
std::optional<Reply> answer_here(const Request& request, const ModelCatalog& catalog, const ApiKey* key)
{
    const bool only_head = request.method == "HEAD";
    if (only_head || request.method == "GET") {
        if (auto models = model_list_reply(request.path, catalog, key)) return models;
    }
    // HEAD generates nothing: a client sends it to see whether the service answers.
    if (only_head) return Reply{.status = 200, .headers = {any_origin()}, .body = {}};
    if (const auto path = path_without_doubled_slashes(request))
        return openai_error(404, "invalid_request_error", "not_found",
                            "there is nothing at this path; without the doubled slash it is " + *path);
    if (const auto encoding = content_encoding(request)) return compressed_body_reply(*encoding);
    return std::nullopt;
}

}  // namespace

void V1Handler::handle(std::shared_ptr<Exchange> exchange)
{
    const Request& request = exchange->request();
    // nginx chose the location by the normalised path; the raw one is what would be sent on, so both must agree,
    // for every reader of it.
    if (!request.path.starts_with(prefix) || !stays_under(request.target, first_segment)) {
        answer(*exchange, openai_error(404, "invalid_request_error", "not_found", "there is nothing at this path"));
        return;
    }
    if (is_preflight(request)) {
        answer(*exchange, preflight_reply(request));
        return;
    }
    // Who has a signed link needs no key.
    if (context_.results != nullptr && Results::is_for_result(request) && context_.results->answer_signed(exchange))
        return;
    const auto token = client_key(request);
    if (!token) {
        const bool any_header = find_header(request.headers, "Authorization") != nullptr ||
                                find_header(request.headers, api_key_header) != nullptr;
        answer(*exchange, no_key_reply(any_header));
        return;
    }
    const auto settings = context_.settings.current();
    const std::string& password = settings->settings.admin_password;
    const ClientAddress client = client_of(request);
    if (client.is_public && context_.passwords.is_default(password)) {
        answer(*exchange, refusal_of({LoginResult::Outcome::default_password}));
        return;
    }
    if (is_api_key(*token)) {  // it cannot be guessed
        handle_with_key(exchange, *token);
        return;
    }
    // Before the key is looked at: the answer to a guess would tell whether it is right.
    if (const auto wait = context_.key_check.refused_for(client)) {
        answer(*exchange, refusal_of({LoginResult::Outcome::too_many, *wait}));
        return;
    }
    if (context_.key_check.is_trusted(client) && context_.passwords.matches_quickly(*token, password).value_or(false)) {
        answer_or_forward(std::move(exchange), nullptr);
        return;
    }
    if (context_.passwords.is_known_wrong(*token, password)) {
        answer(*exchange, wrong_key_reply());
        return;
    }
    context_.key_check.judge(std::string{*token}, password, client, [this, exchange](const LoginResult& result) {
        result.outcome == LoginResult::Outcome::right ? answer_or_forward(exchange, nullptr)
                                                      : answer(*exchange, refusal_of(result));
    });
}

void V1Handler::handle_with_key(std::shared_ptr<Exchange> exchange, std::string_view token)
{
    if (auto key = context_.keys.find(token)) {
        answer_or_forward(std::move(exchange), std::move(key));
        return;
    }
    context_.keys.look_again([this, exchange = std::move(exchange), token = std::string{token}](bool readable) {
        if (auto key = context_.keys.find(token)) {
            answer_or_forward(exchange, std::move(key));
        } else {
            answer(*exchange, readable ? api_key_error_reply({.why = ApiKeyRefusal::Why::unknown}, system_now())
                                       : database_refuses_reply());
        }
    });
}

void V1Handler::answer_or_forward(std::shared_ptr<Exchange> exchange, std::shared_ptr<const ApiKey> key)
{
    const auto refusal = key ? refusal_by_state(key->status, system_now()) : std::nullopt;
    if (refusal) {
        answer(*exchange, api_key_error_reply(*refusal, system_now()));
        return;
    }
    if (const auto heartbeat = read_heartbeat(exchange->request()); !heartbeat) {
        answer(*exchange, heartbeat.error());
        return;
    }
    if (context_.results != nullptr && Results::is_for_result(exchange->request())) {
        context_.results->answer_route(exchange, key ? std::optional{key->id} : std::nullopt);
        return;
    }
    GenerationWish wish;
    if (context_.generations != nullptr) {
        auto asked = read_generation_wish(exchange->mutable_request(), key.get());
        if (!asked) {
            answer(*exchange, asked.error());
            return;
        }
        wish = *std::move(asked);
        if (context_.generations->answer_route(exchange, key.get())) return;
    }
    if (const auto reply = answer_here(exchange->request(), *context_.catalog, key.get())) {
        answer(*exchange, *reply);
        return;
    }
    if (context_.generations != nullptr && creates_video(exchange->request())) {
        context_.generations->begin_video(exchange, std::move(key), std::move(wish));
        return;
    }
    if (context_.generations != nullptr)
        apply_settings(wish, exchange->request(), context_.settings.current()->settings);
    if (!wish.is_plain()) {
        context_.generations->begin(exchange, std::move(key), std::move(wish));
        return;
    }
    forward(context_, std::move(exchange), std::move(key));
}

}  // namespace dreamina
