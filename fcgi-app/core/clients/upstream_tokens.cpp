#include "clients/upstream_tokens.hpp"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "clients/token_batches.hpp"

namespace dreamina {
namespace {

/// The upstream gives its provider 45 s and tries three times.
constexpr std::chrono::seconds rows_timeout{150};
constexpr std::chrono::seconds check_timeout{60};

/// No account has as many; what is above is not an amount of points.
constexpr double most_points = 1e12;

std::string joined(const std::vector<std::string>& tokens) { return fmt::format("{}", fmt::join(tokens, ",")); }

std::vector<std::string> secrets_of(const std::vector<std::string>& tokens)
{
    std::vector<std::string> secrets;
    for (const std::string& token : tokens) add_token_secrets(secrets, token);
    return secrets;
}

tl::unexpected<TokenFailure> not_known(std::string reason)
{
    return tl::unexpected(TokenFailure{TokenFault::not_known, std::move(reason)});
}

PointsAnswer amount_of(const Json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end()) return not_known(fmt::format("{} is missing in the upstream's answer", name));
    if (!found->is_number()) return not_known(fmt::format("{} in the upstream's answer is not a number", name));
    const double amount = found->get<double>();
    if (!std::isfinite(amount) || amount < 0 || amount > most_points)
        return not_known(fmt::format("{} in the upstream's answer is no amount of points", name));
    return amount;
}

/// The row's own error, if it has one.
std::optional<TokenFailure> error_of(const Json& row, const VerdictRules& rules)
{
    const auto error = row.find("error");
    if (error == row.end() || error->is_null()) return std::nullopt;
    if (!error->is_string()) return TokenFailure{TokenFault::failed, "the upstream answered with an error"};
    std::vector<std::string> secrets;
    add_token_secrets(secrets, row["token"].get_ref<const std::string&>());
    return failure_of_row(error->get_ref<const std::string&>(), secrets, rules);
}

PointsAnswer read_points(const Json& row, const VerdictRules& rules)
{
    if (auto error = error_of(row, rules)) return tl::unexpected(std::move(*error));
    const auto points = row.find("points");
    if (points == row.end() || !points->is_object())
        return not_known("points in the upstream's answer is missing or not an object");
    return amount_of(*points, "totalCredit");
}

/// `received` and `credits`, or, in other versions of the upstream, `success` and `totalCredit`.
CreditsAnswer read_credits(const Json& row, const VerdictRules& rules)
{
    if (auto error = error_of(row, rules)) return tl::unexpected(std::move(*error));
    const bool other_version = !row.contains("received") && row.contains("success");
    const char* name = other_version ? "success" : "received";
    const auto received = row.find(name);
    if (received == row.end() || !received->is_boolean())
        return not_known(fmt::format("{} in the upstream's answer is missing or not true or false", name));
    const PointsAnswer points = amount_of(row, other_version ? "totalCredit" : "credits");
    if (!points) return tl::unexpected(points.error());
    return DailyCredits{.received = received->get<bool>(), .points = *points};
}

}  // namespace

UpstreamTokens::UpstreamTokens(HttpTransport& http, std::string base_url, const VerdictRules& rules)
    : http_(http), base_url_(std::move(base_url)), rules_(rules)
{
    while (base_url_.ends_with('/')) base_url_.pop_back();
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
        return read_token_reply(http_.send(request, stop), secrets_of(batch), rules_);
    };
    return TokenBatches<double>{ask, [&](const Json& row) { return read_points(row, rules_); }}.run(tokens);
}

LiveAnswer UpstreamTokens::check(const std::string& token, const std::stop_token& stop) const
{
    const HttpRequest request{.method = "POST",
                              .url = base_url_ + "/token/check",
                              .json_body = Json{{"token", token}}.dump(-1, ' ', true, Json::error_handler_t::replace),
                              .timeout = check_timeout,
                              .repeatable = true};
    const TokenReply reply = read_token_reply(http_.send(request, stop), secrets_of({token}), rules_);
    if (reply.failure.fault == TokenFault::session_expired) return false;
    if (reply.blame != Blame::nobody) return tl::unexpected(reply.failure);
    const auto& document = reply.document;
    if (!document.is_object() || !document.contains("live") || !document["live"].is_boolean())
        return not_known("live in the upstream's answer is missing or not true or false");
    return document["live"].get<bool>();
}

std::vector<CreditsAnswer> UpstreamTokens::receive(const std::vector<std::string>& tokens,
                                                   const std::stop_token& stop) const
{
    // Claimed twice in a day, the second time gives nothing: a call that failed as a whole may be halved. Repeated
    // unseen it may not be, since the second answer would hide that the first one claimed them.
    const auto ask = [&](const std::vector<std::string>& batch) {
        const HttpRequest request{
            .method = "POST", .url = base_url_ + "/token/receive", .bearer = joined(batch), .timeout = rows_timeout};
        return read_token_reply(http_.send(request, stop), secrets_of(batch), rules_);
    };
    return TokenBatches<DailyCredits>{ask, [&](const Json& row) { return read_credits(row, rules_); }}.run(tokens);
}

}  // namespace dreamina
