#include "core/clients/upstream_tokens.hpp"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/clients/token_batches.hpp"

namespace dreamina {
namespace {

/// The upstream gives its provider 45 s, four times, with 5 s between: 195 s.
constexpr std::chrono::seconds rows_timeout{200};
constexpr std::chrono::seconds check_timeout{200};
/// Points, the claim, and points again; of these two may be slow without the whole having failed before.
constexpr std::chrono::seconds claim_timeout{400};

/// No account has as many; what is above is not an amount of points.
constexpr double max_points = 1e12;

std::string joined(const std::vector<std::string>& tokens) { return fmt::format("{}", fmt::join(tokens, ",")); }

std::vector<std::string> secrets_of(const std::vector<std::string>& tokens)
{
    std::vector<std::string> secrets;
    for (const std::string& token : tokens) add_token_secrets(secrets, token);
    return secrets;
}

tl::unexpected<TokenFailure> not_known(Message reason)
{
    return tl::unexpected(TokenFailure{TokenFault::not_known, std::move(reason)});
}

PointsAnswer amount_in(const Json& object, std::string_view name)
{
    const auto found = object.find(name);
    if (found == object.end()) return not_known({"upstream.field_missing", {{"field", name}}});
    if (!found->is_number()) return not_known({"upstream.field_not_number", {{"field", name}}});
    const double amount = found->get<double>();
    if (!std::isfinite(amount) || amount < 0 || amount > max_points)
        return not_known({"upstream.field_not_points", {{"field", name}}});
    return amount;
}

/// What an account has in all: jimeng-api writes totalCredit, jimeng-api-go total_credit.
PointsAnswer total_of(const Json& object)
{
    return amount_in(object, object.contains("total_credit") ? "total_credit" : "totalCredit");
}

/// The row's own error, if it has one.
std::optional<TokenFailure> error_of(const Json& row, const VerdictRules& rules)
{
    const auto error = row.find("error");
    if (error == row.end() || error->is_null()) return std::nullopt;
    if (!error->is_string()) return TokenFailure{TokenFault::failed, {"upstream.error"}};
    std::vector<std::string> secrets;
    add_token_secrets(secrets, row["token"].get_ref<const std::string&>());
    return failure_of_row(error->get_ref<const std::string&>(), secrets, rules);
}

PointsAnswer read_points(const Json& row, const VerdictRules& rules)
{
    if (auto error = error_of(row, rules)) return tl::unexpected(std::move(*error));
    const auto points = row.find("points");
    if (points == row.end() || !points->is_object())
        return not_known({"upstream.field_not_object", {{"field", "points"}}});
    return total_of(*points);
}

/// `credits` is an object, and was a number until January 2026. A claim that was refused has them all the same: they
/// were asked for before.
PointsAnswer credits_in(const Json& row)
{
    const auto credits = row.find("credits");
    if (credits != row.end() && credits->is_object()) return total_of(*credits);
    return amount_in(row, "credits");
}

/// `received` and `credits`, or, in other versions of the upstream, `success` and `totalCredit`.
CreditsAnswer read_credits(const Json& row, const VerdictRules& rules)
{
    if (auto error = error_of(row, rules)) {
        if (!row.contains("credits")) return tl::unexpected(std::move(*error));
        const PointsAnswer points = credits_in(row);
        if (!points) return tl::unexpected(std::move(*error));
        return DailyCredits{.received = false, .points = *points, .refused = std::move(error->reason)};
    }
    const bool other_version = !row.contains("received") && row.contains("success");
    const char* name = other_version ? "success" : "received";
    if (!row.contains("received") && !other_version && row.contains("credits") && row["credits"].is_object()) {
        const PointsAnswer points = credits_in(row);
        if (!points) return tl::unexpected(points.error());
        return DailyCredits{.received = std::nullopt, .points = *points};
    }
    const auto received = row.find(name);
    if (received == row.end() || !received->is_boolean())
        return not_known({"upstream.field_not_boolean", {{"field", name}}});
    // One version told the amount that was claimed, but not the total.
    if (received->get<bool>() && row.contains("receivedQuota") && !row.contains("credits"))
        return DailyCredits{.received = true};
    const PointsAnswer points = other_version ? amount_in(row, "totalCredit") : credits_in(row);
    if (!points) return tl::unexpected(points.error());
    return DailyCredits{.received = received->get<bool>(), .points = *points};
}

Message proxy_stays_here() { return {"upstream.proxy_kept_back"}; }

bool has_proxy(const std::string& token) { return token.find('@') != std::string::npos; }

/// Puts back in their places the answers to those that could be sent.
template <class Answer>
std::vector<Answer> with_unsent(const std::vector<std::string>& tokens, bool sends_proxies, std::vector<Answer> answers)
{
    if (sends_proxies) return answers;
    std::vector<Answer> all;
    std::size_t next = 0;
    for (const std::string& token : tokens) {
        if (has_proxy(token)) {
            all.push_back(not_known(proxy_stays_here()));
        } else {
            all.push_back(std::move(answers.at(next++)));
        }
    }
    return all;
}

}  // namespace

UpstreamTokens::UpstreamTokens(HttpTransport& http, std::string base_url, UpstreamKind kind, bool sends_proxies,
                               std::shared_ptr<const VerdictRules> rules)
    : http_(http),
      base_url_(std::move(base_url)),
      kind_(kind),
      sends_proxies_(sends_proxies && !gives_proxies_away(kind)),
      rules_(std::move(rules))
{
    while (base_url_.ends_with('/')) base_url_.pop_back();
}

std::vector<std::string> UpstreamTokens::sendable(const std::vector<std::string>& tokens) const
{
    std::vector<std::string> sent = tokens;
    if (!sends_proxies_) std::erase_if(sent, has_proxy);
    return sent;
}

std::size_t UpstreamTokens::max_per_call() const
{
    return kind_ == UpstreamKind::jimeng_api_go ? 1 : max_tokens_per_call;
}

std::vector<PointsAnswer> UpstreamTokens::points(const std::vector<std::string>& tokens,
                                                 const std::stop_token& stop) const
{
    const auto ask = [&](const std::vector<std::string>& batch) {
        const HttpRequest request{.method = "POST",
                                  .url = base_url_ + "/token/points",
                                  .bearer = joined(batch),
                                  .timeout = rows_timeout,
                                  .repeatable = true};
        return read_token_reply(http_.send(request, stop), secrets_of(batch), rules());
    };
    const auto read = [this](const Json& row) { return read_points(row, rules()); };
    return with_unsent(tokens, sends_proxies_, TokenBatches<double>{ask, read, max_per_call()}.run(sendable(tokens)));
}

LiveAnswer UpstreamTokens::check(const std::string& token, const std::stop_token& stop) const
{
    if (sendable({token}).empty()) return not_known(proxy_stays_here());
    const HttpRequest request{.method = "POST",
                              .url = base_url_ + "/token/check",
                              .json_body = Json{{"token", token}}.dump(-1, ' ', true, Json::error_handler_t::replace),
                              .timeout = check_timeout,
                              .repeatable = true};
    const TokenReply reply = read_token_reply(http_.send(request, stop), secrets_of({token}), rules());
    if (reply.failure.fault == TokenFault::session_expired) return false;
    if (reply.blame != Blame::none) return tl::unexpected(reply.failure);
    const auto& document = reply.document;
    if (!document.is_object() || !document.contains("live") || !document["live"].is_boolean())
        return not_known({"upstream.field_not_boolean", {{"field", "live"}}});
    return document["live"].get<bool>();
}

std::vector<CreditsAnswer> UpstreamTokens::receive(const std::vector<std::string>& tokens,
                                                   const std::stop_token& stop) const
{
    // Claimed twice in a day, the second time gives nothing: a call that failed as a whole may be halved. Repeated
    // unseen it may not be, since the second answer would hide that the first one claimed them.
    const auto ask = [&](const std::vector<std::string>& batch) {
        const HttpRequest request{
            .method = "POST", .url = base_url_ + "/token/receive", .bearer = joined(batch), .timeout = claim_timeout};
        return read_token_reply(http_.send(request, stop), secrets_of(batch), rules());
    };
    const auto read = [this](const Json& row) { return read_credits(row, rules()); };
    return with_unsent(tokens, sends_proxies_,
                       TokenBatches<DailyCredits>{ask, read, max_per_call()}.run(sendable(tokens)));
}

}  // namespace dreamina
