#pragma once
/// Reads what the upstream answers on a token route, in either dialect, before single rows are looked at.
/// For upstream_tokens.cpp and token_batches.hpp alone.

#include <string>
#include <vector>

#include "core/base/json_reader.hpp"
#include "core/clients/http_client.hpp"
#include "core/clients/upstream_tokens.hpp"

namespace dreamina {

/// Whom a failure of a whole call concerns.
enum class Blame {
    none,        ///< no failure: `document` holds the answer
    some_token,  ///< one of the tokens; which one, smaller calls will tell
    network,     ///< the way from the upstream to its provider, or an account's own proxy
    slow,        ///< no answer in time
    call,        ///< this answer makes no sense; smaller ones would not either
    upstream,    ///< the upstream; there is no use in asking on
};

struct TokenReply {
    Blame blame = Blame::none;
    Json document;
    TokenFailure failure;  ///< where there is blame: what it means for a token if no smaller call can tell more
};

/// `secrets`: what must not be in a reason, such as the tokens.
TokenReply read_token_reply(const HttpResult& result, const std::vector<std::string>& secrets,
                            const VerdictRules& rules);

/// What the error of one row, or of a call for one token, says of it.
TokenFailure failure_of_row(const std::string& error, const std::vector<std::string>& secrets,
                            const VerdictRules& rules);

/// The token, and those parts of it that must not be shown either: its bare session id and its proxy.
void add_token_secrets(std::vector<std::string>& secrets, const std::string& token);

/// Everything before the session id: the account's proxy and the region. Tokens with the same one go the same way.
std::string route_of(const std::string& token);

/// Several tokens go comma-separated into one header.
bool fits_into_header(const std::string& token);

}  // namespace dreamina
