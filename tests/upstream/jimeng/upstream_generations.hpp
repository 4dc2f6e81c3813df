#pragma once

#include "answers.hpp"
#include "jimeng/body_reading.hpp"
#include "token_routes.hpp"
#include "jimeng/upstream.hpp"

namespace dreamina::stand_in {

/// What jimeng-api, in any of its roles, says to a generation: a refusal of what it cannot read or does
/// not take, a failure of the token that is drawn, or pictures and videos at `port`.
Reply jimeng_api_reply(const Request& request, const ReadBody& body, const Role& role, TokenRoutes& tokens,
                       std::uint16_t port);

/// The same of jimeng-api-go.
Reply jimeng_api_go_reply(const Request& request, const ReadBody& body, const Role& role, TokenRoutes& tokens,
                          std::uint16_t port);

/// Addresses of invented pictures or videos, another one each time.
std::vector<std::string> made_urls(std::size_t count, std::uint16_t port);

/// {"url"} or {"b64_json"}, as the request wants it.
nlohmann::ordered_json media_entry(const Request& request, const std::string& url);

}  // namespace dreamina::stand_in
