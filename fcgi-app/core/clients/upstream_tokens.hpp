#pragma once
/// The upstream's token routes: points, liveness and the daily credits of accounts, in both of its dialects.
///
/// One answer for each token, in the order asked: a value that the upstream gave for this very token, or a failure.
/// What is not known is never 0.

#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "clients/http_client.hpp"
#include "domain/verdict_rules.hpp"

namespace dreamina {

enum class TokenFault {
    session_expired,  ///< the upstream says that this session is no longer valid
    failed,           ///< asked for alone, this token fails for another reason
    not_known,        ///< the answer does not tell: no row for it, a wrong type, not JSON
    upstream,         ///< it is the upstream or its network, not the token; it may not even have been asked for
    not_offered,      ///< the upstream has no such route
    cancelled,
};

struct TokenFailure {
    TokenFault fault = TokenFault::not_known;
    std::string reason;  ///< a sentence or the upstream's words, without secrets
};

using PointsAnswer = tl::expected<double, TokenFailure>;
using LiveAnswer = tl::expected<bool, TokenFailure>;

struct DailyCredits {
    bool received = false;  ///< by this call; false: they had been claimed before, or there were none to claim
    double points = 0;      ///< what the account has now
};
using CreditsAnswer = tl::expected<DailyCredits, TokenFailure>;

/// So many tokens in one call. The upstream asks its provider for all of them at the same time, so more would look like
/// a flood from there; fewer would make 20,000 accounts a day's work.
constexpr std::size_t most_tokens_per_call = 50;
/// They travel in one header, of which proxies before the upstream take 8 KB and Node takes 16 KB.
constexpr std::size_t most_token_bytes_per_call = 7000;

/// Stateless but for its transport, which must outlive it. Any thread. Tokens are as `upstream_token()` makes them.
class UpstreamTokens {
public:
    /// `rules` say which answer means that a session has expired; they must outlive it too.
    UpstreamTokens(HttpTransport& http, std::string base_url, const VerdictRules& rules = shipped_rules());

    /// Any number of tokens. A call that fails as a whole is halved until the fault stands at its token, but not where
    /// the upstream itself is at fault: then the tokens of that call and all after it fail as TokenFault::upstream.
    std::vector<PointsAnswer> points(const std::vector<std::string>& tokens, const std::stop_token& stop) const;

    /// True: live; false: not. An upstream that cannot reach its provider says false as well, so one answer proves
    /// little.
    LiveAnswer check(const std::string& token, const std::stop_token& stop) const;

    /// Claims the daily credits. Only one dialect has it.
    std::vector<CreditsAnswer> receive(const std::vector<std::string>& tokens, const std::stop_token& stop) const;

private:
    HttpTransport& http_;
    std::string base_url_;
    const VerdictRules& rules_;
};

}  // namespace dreamina
