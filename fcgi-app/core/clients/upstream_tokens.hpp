#pragma once
/// The upstream's token routes: points, liveness and the daily credits of accounts, in both of its dialects.
///
/// One answer for each token, in the order asked: a value that the upstream gave for this very token, or a failure.
/// What is not known is never 0.

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "core/clients/http_client.hpp"
#include "core/domain/upstream_kind.hpp"
#include "core/domain/verdict/verdict_rules.hpp"

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
    Message reason = {};  ///< without secrets
};

using PointsAnswer = tl::expected<double, TokenFailure>;
using LiveAnswer = tl::expected<bool, TokenFailure>;

struct DailyCredits {
    /// By this call; false: they had been claimed before, or there were none to claim; empty: the version does not say.
    std::optional<bool> received = false;
    std::optional<double> points = {};  ///< what the account has now; older versions do not say
    Message refused = {};               ///< why the provider did not give them; empty if it did
};
using CreditsAnswer = tl::expected<DailyCredits, TokenFailure>;

/// So many tokens in one call. The upstream asks its provider for all of them at the same time, so more would look like
/// a flood from there; fewer would make 20,000 accounts a day's work.
constexpr std::size_t max_tokens_per_call = 50;
/// They travel in one header, of which proxies before the upstream take 8 KB and Node takes 16 KB.
constexpr std::size_t max_token_bytes_per_call = 7000;

/// Stateless but for its transport, which must outlive it. Any thread. Tokens are as `upstream_token()` makes them.
class UpstreamTokens {
public:
    /// jimeng-api-go asks its provider for one token after the other, 195 s each where that is silent: it is asked for
    /// one at a time. A token with a proxy is not sent there at all, since its provider would be told the proxy; nor
    /// anywhere without `sends_proxies`. `rules` say which answer means that a session has expired; null for the
    /// shipped ones.
    UpstreamTokens(HttpTransport& http, std::string base_url, UpstreamKind kind = UpstreamKind::unknown,
                   bool sends_proxies = true, std::shared_ptr<const VerdictRules> rules = nullptr);

    /// Any number of tokens. A call that fails as a whole is halved until the fault stands at its token, but not where
    /// the upstream itself is at fault: then the tokens of that call and all after it fail as TokenFault::upstream.
    std::vector<PointsAnswer> points(const std::vector<std::string>& tokens, const std::stop_token& stop) const;

    /// True: live; false: not. An upstream that cannot reach its provider says false as well, and jimeng-api says it of
    /// every session, so a false alone proves nothing. To be asked where /token/points cannot be.
    LiveAnswer check(const std::string& token, const std::stop_token& stop) const;

    /// Claims the daily credits. Only one dialect has it.
    std::vector<CreditsAnswer> receive(const std::vector<std::string>& tokens, const std::stop_token& stop) const;

private:
    std::vector<std::string> sendable(const std::vector<std::string>& tokens) const;
    std::size_t max_per_call() const;
    const VerdictRules& rules() const { return rules_ ? *rules_ : shipped_rules(); }

    HttpTransport& http_;
    std::string base_url_;
    UpstreamKind kind_;
    bool sends_proxies_;
    std::shared_ptr<const VerdictRules> rules_;
};

}  // namespace dreamina
